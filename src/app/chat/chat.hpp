#pragma once
#include <string>

namespace godwit::chat {

struct ChatOptions {
  std::string url = "http://127.0.0.1:8080";
  std::string key;                ///< account; empty: asked for
  bool register_account = false;  ///< make the account first
  bool plain = false;             ///< line mode even on a terminal
  std::string password_file;      ///< empty: GODWIT_PASSWORD, then asked for
  std::string device;  ///< names this terminal as a device of its own; empty: the one kept in the user's configuration
};

/// Runs the terminal client until the person leaves it. The exit status: 0 left by choice, 1 could not log in or was
/// ended by the server, 2 nothing to ask the password of, 128 + n ended by signal n.
[[nodiscard]] int main(const ChatOptions& options);

}  // namespace godwit::chat
