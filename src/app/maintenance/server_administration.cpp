#include <fmt/format.h>

#include <boost/json.hpp>

#include "app/maintenance/administration.hpp"
#include "net/client/http_client.hpp"
#include "user/accounts/shown_once.hpp"
#include "wire/json.hpp"

namespace godwit::app {
namespace {

namespace json = boost::json;
constexpr auto kTimeout = std::chrono::minutes(10);  // a backup takes as long as its bytes

std::string percent_encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = std::isalnum(byte) || c == '-' || c == '.' || c == '_' || c == '~';
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return out;
}

std::string text_of(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

Millis millis_of(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_int64() ? value->get_int64() : 0;
}

bool truth_of(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_bool() && value->get_bool();
}

json::array list_of(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_array() ? value->get_array() : json::array();
}

std::vector<std::string> texts_of(const json::object& object, std::string_view name) {
  std::vector<std::string> texts;
  for (const auto& item : list_of(object, name)) {
    if (item.is_string()) texts.emplace_back(item.get_string());
  }
  return texts;
}

ProcessLine process_of(const json::object& item) {
  ProcessLine line{.name = text_of(item, "process"),
                   .address = text_of(item, "address"),
                   .roles = texts_of(item, "roles"),
                   .state = text_of(item, "state"),
                   .version = text_of(item, "version"),
                   .started_at = millis_of(item, "startedAt"),
                   .connections = static_cast<std::uint64_t>(millis_of(item, "connections"))};
  for (const auto& shard : list_of(item, "shards"))
    if (shard.is_int64()) line.shards.push_back(static_cast<std::uint16_t>(shard.get_int64()));
  for (const auto& trouble : list_of(item, "troubles")) {
    if (!trouble.is_object()) continue;
    const auto& object = trouble.get_object();
    line.troubles.push_back(text_of(object, "part") + ": " + text_of(object, "trouble"));
  }
  if (const auto why = text_of(item, "detail"); !why.empty()) line.troubles.push_back(why);
  return line;
}

class ServerAdministration final : public Administration {
 public:
  ServerAdministration(const Address& listener, std::string key)
      : where_(listener.str()), client_(listener.host, std::to_string(listener.port), kTimeout), key_(std::move(key)) {}

  Result<AccountPage> users(const std::string& query, const std::string& cursor) override {
    TRY(const auto answer,
        call("GET", fmt::format("/admin/users?q={}&cursor={}", percent_encoded(query), percent_encoded(cursor))));
    AccountPage page{.items = {}, .next = text_of(answer, "next")};
    for (const auto& item : items(answer)) {
      page.items.push_back({.key = text_of(item, "key"),
                            .name = text_of(item, "name"),
                            .disabled = truth_of(item, "disabled"),
                            .admin = truth_of(item, "admin"),
                            .created_at = millis_of(item, "createdAt")});
    }
    return page;
  }

  Result<bool> set_disabled(const std::string& key, bool disabled) override {
    return changes_user(key, disabled ? "disable" : "enable");
  }
  Result<bool> set_admin(const std::string& key, bool admin) override {
    return changes_user(key, admin ? "grant-admin" : "revoke-admin");
  }

  Result<std::string> add_user(const std::string& key, const std::string& name) override {
    wire::JsonWriter json;
    json.begin_object().field("key", key);
    if (!name.empty()) json.field("name", name);
    TRY(const auto answer, call("POST", "/admin/users", json.end_object().take()));
    return text_of(answer, "password");
  }
  Result<std::string> reset_password(const std::string& key) override {
    TRY(const auto answer, change_user(key, "password"));
    return text_of(answer, "password");
  }

  Result<std::string> make_service_key(const user::NewServiceKey& wanted) override {
    wire::JsonWriter json;
    json.begin_object().field("name", wanted.name).key("scopes").begin_array();
    for (const auto& scope : wanted.scopes) json.string(scope);
    json.end_array();
    TRY(const auto answer, call("POST", "/admin/keys", ending(json, wanted.lives_ms)));
    return text_of(answer, "key");
  }
  Result<std::vector<user::ServiceKey>> service_keys() override {
    TRY(const auto found, all_items("/admin/keys"));
    std::vector<user::ServiceKey> keys;
    for (const auto& item : found) {
      keys.push_back({.id = text_of(item, "id"),
                      .name = text_of(item, "name"),
                      .created_at = millis_of(item, "createdAt"),
                      .scopes = texts_of(item, "scopes"),
                      .expires_at = millis_of(item, "expiresAt"),
                      .last_used_at = millis_of(item, "lastUsedAt")});
    }
    return keys;
  }
  Result<void> revoke_service_key(const std::string& name) override {
    CHECK_OK(call("DELETE", "/admin/keys/" + percent_encoded(name)));
    return {};
  }

  Result<std::string> make_invite(const user::NewInvite& wanted) override {
    wire::JsonWriter json;
    json.begin_object().field("uses", wanted.uses);
    TRY(const auto answer, call("POST", "/admin/invites", ending(json, wanted.lives_ms)));
    return text_of(answer, "invite");
  }
  Result<std::vector<user::Invite>> invites() override {
    TRY(const auto found, all_items("/admin/invites"));
    std::vector<user::Invite> invites;
    for (const auto& item : found) {
      invites.push_back({.id = text_of(item, "id"),
                         .uses = static_cast<std::uint64_t>(millis_of(item, "uses")),
                         .used = static_cast<std::uint64_t>(millis_of(item, "used")),
                         .created_at = millis_of(item, "createdAt"),
                         .expires_at = millis_of(item, "expiresAt")});
    }
    return invites;
  }
  Result<void> revoke_invite(const std::string& invite) override {
    CHECK_OK(call("DELETE", "/admin/invites/" + percent_encoded(user::id_of_invite(invite))));
    return {};
  }

  Result<std::vector<DeadLetterLine>> dead_letters() override {
    TRY(const auto found, all_items("/admin/dead-letters"));
    std::vector<DeadLetterLine> letters;
    for (const auto& item : found) {
      const auto* message = item.if_contains("message");
      const auto about = message != nullptr && message->is_object() ? message->get_object() : json::object();
      letters.push_back({.id = text_of(item, "id"),
                         .reason = text_of(item, "reason"),
                         .time = millis_of(item, "time"),
                         .bytes = static_cast<std::uint64_t>(millis_of(item, "bytes")),
                         .message = text_of(about, "id"),
                         .conversation = text_of(about, "conversation"),
                         .sender = text_of(about, "msgSender")});
    }
    return letters;
  }
  Result<void> replay_dead_letter(const std::string& id) override {
    CHECK_OK(call("POST", "/admin/dead-letters/" + percent_encoded(id) + "/replay"));
    return {};
  }
  Result<void> drop_dead_letter(const std::string& id) override {
    CHECK_OK(call("DELETE", "/admin/dead-letters/" + percent_encoded(id)));
    return {};
  }

  Result<ProcessList> processes() override {
    TRY(const auto answer, call("GET", "/admin/processes"));
    ProcessList list{.items = {}, .complete = truth_of(answer, "complete")};
    for (const auto& item : items(answer)) list.items.push_back(process_of(item));
    return list;
  }

  Result<void> backup(const std::string& directory) override {
    CHECK_OK(call("POST", "/admin/backup", body("directory", directory)));
    return {};
  }

 private:
  Result<json::object> change_user(const std::string& key, std::string_view verb) {
    auto answer = call("POST", fmt::format("/admin/users/{}/{}", percent_encoded(key), verb));
    if (!answer && answer.error().code == Code::not_found) return fail(Code::not_found, "there is no account " + key);
    return answer;
  }
  Result<bool> changes_user(const std::string& key, std::string_view verb) {
    TRY(const auto answer, change_user(key, verb));
    return truth_of(answer, "changed");
  }

  /// Closes the object; how long what it asks for lives stands in it, unless for ever.
  static std::string ending(wire::JsonWriter& json, Millis lives_ms) {
    if (lives_ms != 0) json.field("expiresIn", lives_ms / 1000);
    return json.end_object().take();
  }

  /// Every page of a list.
  Result<std::vector<json::object>> all_items(const std::string& list) {
    std::vector<json::object> all;
    std::string cursor;
    do {
      TRY(const auto answer, call("GET", list + "?cursor=" + percent_encoded(cursor)));
      for (auto& item : items(answer)) all.push_back(std::move(item));
      cursor = text_of(answer, "next");
    } while (!cursor.empty());
    return all;
  }

  static std::string body(std::string_view name, std::string_view value) {
    return wire::JsonWriter().begin_object().field(name, value).end_object().take();
  }

  static std::vector<json::object> items(const json::object& answer) {
    std::vector<json::object> list;
    const auto* array = answer.if_contains("items");
    if (array == nullptr || !array->is_array()) return list;
    for (const auto& item : array->get_array()) {
      if (item.is_object()) list.push_back(item.get_object());
    }
    return list;
  }

  Result<json::object> call(std::string_view method, const std::string& target, const std::string& body = {}) {
    std::vector<net::Header> headers{{"X-Godwit-Admin", "1"}};
    if (!key_.empty()) headers.push_back({"Authorization", "Bearer " + key_});
    if (!body.empty()) headers.push_back({"Content-Type", "application/json"});
    const auto answer = client_.call(method, target, body, std::move(headers));
    if (!answer) {
      return fail(Code::unavailable,
                  fmt::format("no server answers at {} ({}); is it running, and is that its admin.listen?", where_,
                              answer.error().detail));
    }
    return understand(*answer);
  }

  [[nodiscard]] Result<json::object> understand(const net::ClientResponse& answer) const {
    boost::system::error_code problem;
    auto parsed = json::parse(answer.body, problem);
    const auto object = !problem && parsed.is_object() ? parsed.get_object() : json::object();
    if (answer.status >= 200 && answer.status < 300) return object;
    if (answer.status == 401)
      return fail(
          Code::unauthenticated,
          fmt::format("{} wants its admin.key; give it by --config, GODWIT_ADMIN_KEY or --set admin.key=…", where_));
    auto detail = text_of(object, "detail");
    if (const auto* fields = object.if_contains("fields"); fields != nullptr && fields->is_object()) {
      detail.clear();
      for (const auto& [name, why] : fields->get_object())
        detail += fmt::format("{}{} {}", detail.empty() ? "" : "; ", std::string_view(name),
                              json::value_to<std::string>(why));
      return fail(Code::bad_parameter, detail);
    }
    if (detail.empty()) detail = text_of(object, "title");
    if (answer.status == 404 && text_of(object, "code") == "not_found") return fail(Code::not_found, detail);
    if (answer.status == 409) return fail(Code::key_taken, detail);
    return fail(Code::unavailable, fmt::format("{} answered {}: {}", where_, answer.status, detail));
  }

  std::string where_;
  net::HttpClient client_;
  std::string key_;
};

}  // namespace

std::unique_ptr<Administration> administer_server(const Address& listener, std::string key) {
  return std::make_unique<ServerAdministration>(listener, std::move(key));
}

}  // namespace godwit::app
