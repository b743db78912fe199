#include <algorithm>

#include "domain/text.hpp"
#include "engine/memory/accounts_tables.hpp"

namespace godwit::engine::memory {

Result<void> ServiceKeys::add(const user::ServiceKey& key) {
  rows_.service_keys.change()[key.id] = key;
  return {};
}

Result<std::optional<user::ServiceKey>> ServiceKeys::find(const std::string& id) {
  const auto* key = rows_.service_keys.find(id);
  return key == nullptr ? std::nullopt : std::optional(*key);
}

Result<std::vector<user::ServiceKey>> ServiceKeys::named(const std::string& name) {
  std::vector<user::ServiceKey> keys;
  for (const auto& [id, key] : rows_.service_keys.rows()) {
    if (lower(key.name) == lower(name)) keys.push_back(key);
  }
  return keys;
}

Result<bool> ServiceKeys::remove(const std::string& id) {
  return rows_.service_keys.find(id) != nullptr && rows_.service_keys.change().erase(id) > 0;
}

Result<std::vector<user::ServiceKey>> ServiceKeys::list(const std::string& after, std::size_t limit) {
  return page<user::ServiceKey>(rows_.service_keys.rows(), after, limit,
                                [](const std::string&, const auto& key) { return std::optional(key); });
}

Result<void> ServiceKeys::touch(std::span<const std::pair<std::string, Millis>> used) {
  for (const auto& [id, at] : used) {
    if (auto* key = rows_.service_keys.change(id)) key->last_used_at = std::max(key->last_used_at, at);
  }
  return {};
}

Result<void> Invites::add(const user::Invite& invite) {
  rows_.invites.change()[invite.id] = invite;
  return {};
}

Result<std::optional<user::Invite>> Invites::find(const std::string& id) {
  const auto* invite = rows_.invites.find(id);
  return invite == nullptr ? std::nullopt : std::optional(*invite);
}

Result<bool> Invites::use(const std::string& id) {
  auto* invite = rows_.invites.change(id);
  if (invite == nullptr || (invite->uses != 0 && invite->used >= invite->uses)) return false;
  ++invite->used;
  return true;
}

Result<bool> Invites::remove(const std::string& id) {
  return rows_.invites.find(id) != nullptr && rows_.invites.change().erase(id) > 0;
}

Result<std::vector<user::Invite>> Invites::list(const std::string& after, std::size_t limit) {
  return page<user::Invite>(rows_.invites.rows(), after, limit,
                            [](const std::string&, const auto& invite) { return std::optional(invite); });
}

}  // namespace godwit::engine::memory
