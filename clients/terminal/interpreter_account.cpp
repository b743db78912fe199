#include <charconv>

#include "clients/terminal/describe.hpp"
#include "clients/terminal/interpreter.hpp"
#include "wire/json.hpp"

namespace godwit::chat {

bool Interpreter::about_me(const Command& command) {
  switch (command.info->verb) {
    case Verb::me: {
      const auto& account = client_.account();
      front_.say(account.user.name + " (" + account.user.key + ") at " + account.server.host + ":" +
                 account.server.port);
      return true;
    }
    case Verb::name: {
      const std::string name = command.after(0);
      wire::JsonWriter json;
      json.begin_object().field("name", name).end_object();
      change("PATCH", "/v1/me", json.take(), "you are " + name + " now",
             [this, name] { client_.account().user.name = name; });
      return true;
    }
    case Verb::devices: list_devices(); return true;
    case Verb::logout: log_out(command.word(0)); return true;
    case Verb::password: change_password(); return true;
    default: return false;
  }
}

void Interpreter::list_devices() {
  client_.call(
      [](Api& api) { return api.page<DeviceRow>("/v1/sessions"); },
      [this](Answer<Page<DeviceRow>> rows) {
        if (!rows) return fail(rows.error());
        devices_ = std::move(rows->items);
        std::vector<std::string> lines;
        for (std::size_t i = 0; i < devices_.size(); ++i) {
          const auto& row = devices_[i];
          const std::string seen =
              row.current ? "this one" : "last seen " + short_time(row.last_seen_at, client_.now());
          lines.push_back(std::to_string(i + 1) + "  " + (row.name.empty() ? row.device : row.name) + "  " + seen);
        }
        front_.show("Devices (/logout N ends one)", lines);
      });
}

void Interpreter::log_out(const std::string& which) {
  if (which.empty()) return change("DELETE", "/v1/sessions/current", {}, "logged out", [this] { client_.leave(); });
  std::size_t place = 0;
  std::from_chars(which.data(), which.data() + which.size(), place);
  if (place < 1 || place > devices_.size()) return front_.complain("which one? /devices lists them");
  const auto& row = devices_[place - 1];
  if (row.current) return log_out({});
  change("DELETE", "/v1/sessions/" + Api::escape(row.session), {},
         (row.name.empty() ? row.device : row.name) + " is logged out");
}

void Interpreter::change_password() {
  front_.ask_secret("old password: ", [this](std::optional<std::string> old_one) {
    if (!old_one) return front_.say("nothing changed");
    front_.ask_secret("new password: ", [this, old_one](std::optional<std::string> new_one) {
      if (!new_one) return front_.say("nothing changed");
      front_.ask_secret("once more: ", [this, old_one, new_one](std::optional<std::string> again) {
        if (!again || *again != *new_one) return front_.complain("the two are not the same; nothing changed");
        send_password(*old_one, *new_one);
      });
    });
  });
}

void Interpreter::send_password(const std::string& old_one, const std::string& new_one) {
  wire::JsonWriter json;
  json.begin_object().field("old", old_one).field("new", new_one).end_object();
  change("PUT", "/v1/me/password", json.take(), "the password is changed; your other devices are logged out");
}

}  // namespace godwit::chat
