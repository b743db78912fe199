#include "user/administration/secret_shapes.hpp"

namespace godwit::user {
namespace {
void write_unless_zero(wire::JsonWriter& json, std::string_view name, std::int64_t value) {
  json.key(name);
  if (value == 0)
    json.null();
  else
    json.integer(value);
}
}  // namespace

void write(wire::JsonWriter& json, const ServiceKey& key) {
  json.begin_object().field("id", key.id).field("name", key.name).key("scopes").begin_array();
  for (const auto& scope : key.scopes) json.string(scope);
  json.end_array().field("createdAt", key.created_at);
  write_unless_zero(json, "expiresAt", key.expires_at);
  write_unless_zero(json, "lastUsedAt", key.last_used_at);
  json.end_object();
}

void write(wire::JsonWriter& json, const Invite& invite) {
  json.begin_object().field("id", invite.id);
  write_unless_zero(json, "uses", static_cast<std::int64_t>(invite.uses));
  json.field("used", invite.used).field("createdAt", invite.created_at);
  write_unless_zero(json, "expiresAt", invite.expires_at);
  json.end_object();
}

}  // namespace godwit::user
