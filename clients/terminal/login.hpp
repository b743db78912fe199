#pragma once
#include <memory>
#include <optional>

#include "clients/terminal/chat.hpp"
#include "clients/terminal/client.hpp"
#include "clients/terminal/device.hpp"
#include "clients/terminal/signals.hpp"

namespace godwit::chat {

struct LoggedIn {
  Account account;
  std::unique_ptr<Device> device;  ///< held as long as this terminal is that device
};

/// Gets an account logged in: from the options and the environment, and from the person where those say too little.
class LoginDialogue {
 public:
  LoginDialogue(const ChatOptions& options, net::Url server, Signals& signals, Random& random);
  /// None: it did not work out; the reason was told and `exit_status` is set.
  [[nodiscard]] std::optional<LoggedIn> run();
  [[nodiscard]] int exit_status() const noexcept { return exit_status_; }

 private:
  [[nodiscard]] std::optional<LoggedIn> attempt(const std::string& key, const std::string& password);
  [[nodiscard]] bool make_account(const std::string& key, const std::string& password);
  [[nodiscard]] bool ask_key();
  [[nodiscard]] bool ask_password();
  [[nodiscard]] std::optional<LoggedIn> give_up(int status, const std::string& why);

  const ChatOptions& options_;
  net::Url server_;
  Signals& signals_;
  Random& random_;
  Api api_;
  std::string key_, password_, name_;
  bool register_, person_;
  int exit_status_ = 1;
};

}  // namespace godwit::chat
