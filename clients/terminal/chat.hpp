#pragma once
#include <string>

namespace CLI {
class App;
}

namespace godwit::chat {

struct ChatOptions {
  std::string program = "godwit chat";  ///< how it was called: begins each line of trouble
  std::string url = "http://127.0.0.1:8080";
  std::string key;                ///< account; empty: asked for
  bool register_account = false;  ///< make the account first
  bool plain = false;             ///< line mode even on a terminal
  std::string password_file;      ///< empty: GODWIT_PASSWORD, then asked for
  std::string device;  ///< names this terminal as a device of its own; empty: the one kept in the user's configuration
};

/// Adds the options and examples to a command, which has its name by then. `options` lives as long as the command.
void add_options(CLI::App& command, ChatOptions& options);

/// Runs the terminal client until the person leaves it. The exit status: 0 left by choice, 1 could not log in or was
/// ended by the server, 2 nothing to ask the password of, 128 + n ended by signal n.
[[nodiscard]] int main(const ChatOptions& options);

}  // namespace godwit::chat
