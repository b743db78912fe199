#include "clients/terminal/login.hpp"

#include <unistd.h>

#include "clients/terminal/prompt.hpp"
#include "domain/text.hpp"
#include "wire/json.hpp"

namespace godwit::chat {

LoginDialogue::LoginDialogue(const ChatOptions& options, net::Url server, Signals& signals, Random& random)
    : options_(options),
      server_(std::move(server)),
      signals_(signals),
      random_(random),
      api_(server_),
      key_(lower(options.key)),
      register_(options.register_account),
      person_(::isatty(STDIN_FILENO) != 0 && ::isatty(STDERR_FILENO) != 0) {}

std::optional<LoggedIn> LoginDialogue::give_up(int status, const std::string& why) {
  if (!why.empty()) tell(options_.program + ": " + why);
  exit_status_ = status;
  return std::nullopt;
}

std::optional<LoggedIn> LoginDialogue::run() {
  const auto given = given_password(options_.password_file);
  for (;;) {
    if (key_.empty() && !person_) return give_up(2, "whose account? give --key");
    if (key_.empty() && !ask_key()) return give_up(1, "");
    if (given)
      password_ = *given;
    else if (!person_)
      return give_up(2, "the password: GODWIT_PASSWORD or --password-file");
    else if (!ask_password())
      return give_up(1, "");
    if (register_ && !make_account(key_, password_)) {
      if (given || !person_) return std::nullopt;
      key_.clear();
      continue;
    }
    register_ = false;
    if (auto in = attempt(key_, password_)) return in;
    if (given || !person_ || exit_status_ != 1 || password_.empty()) return std::nullopt;
    tell("Try again; /register instead of a key makes a new account.");
    key_.clear();
  }
}

/// "/register" in place of a key turns to making an account.
bool LoginDialogue::ask_key() {
  for (;;) {
    auto line = ask(register_ ? "new account's key: " : "key: ", false, signals_);
    if (!line || *line == "/quit") return false;
    if (*line == "/register") {
      register_ = true;
      tell("A key is what others know you by: 3 to 32 of a–z, 0–9, '.', '_', '-'.");
      continue;
    }
    key_ = lower(*line);
    if (is_key(key_)) return true;
    if (!key_.empty()) tell("A key has 3 to 32 of a–z, 0–9, '.', '_', '-'; /register makes an account.");
    key_.clear();
  }
}

bool LoginDialogue::ask_password() {
  for (;;) {
    auto line = ask("password: ", true, signals_);
    if (!line) return false;
    password_ = *line;
    if (!register_) return true;
    auto again = ask("once more: ", true, signals_);
    if (!again) return false;
    if (*again != password_) {
      tell("The two are not the same.");
      continue;
    }
    auto name = ask("name that others see (empty: " + key_ + "): ", false, signals_);
    if (!name) return false;
    name_ = *name;
    return true;
  }
}

bool LoginDialogue::make_account(const std::string& key, const std::string& password) {
  wire::JsonWriter json;
  json.begin_object().field("key", key).field("password", password);
  if (!name_.empty()) json.field("name", name_);
  json.end_object();
  const auto made = api_.call("POST", "/v1/users", json.take());
  if (!made) (void)give_up(1, explain(made.error()));
  return made.has_value();
}

std::optional<LoggedIn> LoginDialogue::attempt(const std::string& key, const std::string& password) {
  auto device = std::make_unique<Device>(options_.device, server_.host, key, random_);
  wire::JsonWriter json;
  json.begin_object()
      .field("key", key)
      .field("password", password)
      .key("device")
      .begin_object()
      .field("id", device->id())
      .field("name", device->name())
      .end_object()
      .end_object();
  auto login = api_.ask<Login>("POST", "/v1/sessions", json.take());
  if (!login) {
    const bool person_can_help = login.error().status == 401 || login.error().status == 422;
    return give_up(person_can_help || !person_ ? 1 : 3, explain(login.error()));
  }
  net::Url socket{
      .host = server_.host, .port = server_.port, .path = login->socket.empty() ? "/v1/socket" : login->socket};
  if (!login->socket.empty() && !login->socket.starts_with('/')) {
    auto url = net::parse_url(login->socket);
    if (!url) return give_up(3, "the server names a socket that this client cannot reach: " + login->socket);
    socket = std::move(*url);
  }
  if (login->user.key.empty()) login->user.key = key;
  if (login->user.name.empty()) login->user.name = login->user.key;
  Account account{.server = server_,
                  .socket = std::move(socket),
                  .token = std::move(login->token),
                  .session = std::move(login->session),
                  .user = std::move(login->user),
                  .direct = login->direct};
  return LoggedIn{std::move(account), std::move(device)};
}

}  // namespace godwit::chat
