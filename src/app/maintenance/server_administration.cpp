#include <fmt/format.h>

#include <boost/json.hpp>

#include "app/maintenance/administration.hpp"
#include "net/http_client.hpp"
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

  Result<void> set_disabled(const std::string& key, bool disabled) override {
    return change_user(key, disabled ? "disable" : "enable");
  }
  Result<void> set_admin(const std::string& key, bool admin) override {
    return change_user(key, admin ? "grant-admin" : "revoke-admin");
  }

  Result<std::string> make_service_key(const std::string& name) override {
    TRY(const auto answer, call("POST", "/admin/keys", body("name", name)));
    return text_of(answer, "key");
  }

  Result<std::vector<ServiceKeyLine>> service_keys() override {
    TRY(const auto answer, call("GET", "/admin/keys"));
    std::vector<ServiceKeyLine> lines;
    for (const auto& item : items(answer)) lines.push_back({text_of(item, "name"), millis_of(item, "createdAt")});
    return lines;
  }

  Result<void> backup(const std::string& directory) override {
    CHECK_OK(call("POST", "/admin/backup", body("directory", directory)));
    return {};
  }

 private:
  Result<void> change_user(const std::string& key, std::string_view verb) {
    CHECK_OK(call("POST", fmt::format("/admin/users/{}/{}", percent_encoded(key), verb)));
    return {};
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
    if (detail.empty()) detail = text_of(object, "title");
    return fail(answer.status == 404 ? Code::not_found : Code::unavailable,
                fmt::format("{} answered {}: {}", where_, answer.status, detail));
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
