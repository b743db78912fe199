#include "engine/soci/secrets.hpp"

#include "domain/text.hpp"

namespace godwit::engine::soci {
namespace {
constexpr const char* kKeyColumns = "tttntnn";
constexpr const char* kInviteColumns = "ttnnnn";

std::string joined(const std::vector<std::string>& scopes) {
  std::string list;
  for (const auto& scope : scopes) list += (list.empty() ? "" : ",") + scope;
  return list;
}

std::vector<std::string> split(std::string_view list) {
  std::vector<std::string> scopes;
  while (!list.empty()) {
    const auto end = std::min(list.find(','), list.size());
    scopes.emplace_back(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return scopes;
}

user::ServiceKey read_key(const SociQuery& row) {
  return {.id = row.text(0),
          .name = row.text(1),
          .hash = row.text(2),
          .created_at = row.number(3),
          .scopes = split(row.text(4)),
          .expires_at = row.number(5),
          .last_used_at = row.number(6)};
}

user::Invite read_invite(const SociQuery& row) {
  return {.id = row.text(0),
          .hash = row.text(1),
          .uses = static_cast<std::uint64_t>(row.number(2)),
          .used = static_cast<std::uint64_t>(row.number(3)),
          .created_at = row.number(4),
          .expires_at = row.number(5)};
}
}  // namespace

Result<void> SociServiceKeys::add(const user::ServiceKey& key) {
  return guarded(log_, [&]() -> Result<void> {
    db_.run(
        "INSERT INTO service_keys (id, name, secret_hash, created_at, scopes, expires_at, last_used_at) "
        "VALUES (:id, :name, :hash, :at, :scopes, :expires, :used)",
        "", key.id, key.name, key.hash, key.created_at, joined(key.scopes), key.expires_at, key.last_used_at);
    return {};
  });
}

Result<std::optional<user::ServiceKey>> SociServiceKeys::find(const std::string& id) {
  return guarded(log_, [&]() -> Result<std::optional<user::ServiceKey>> {
    std::optional<user::ServiceKey> found;
    auto& row = db_.run(
        "SELECT id, name, secret_hash, created_at, scopes, expires_at, last_used_at FROM service_keys WHERE id = :id",
        kKeyColumns, id);
    while (row.next()) found = read_key(row);
    return found;
  });
}

Result<std::vector<user::ServiceKey>> SociServiceKeys::named(const std::string& name) {
  return guarded(log_, [&]() -> Result<std::vector<user::ServiceKey>> {
    std::vector<user::ServiceKey> keys;
    auto& row = db_.run(
        "SELECT id, name, secret_hash, created_at, scopes, expires_at, last_used_at FROM service_keys "
        "WHERE {lower_name} = :name ORDER BY id",
        kKeyColumns, lower(name));
    while (row.next()) keys.push_back(read_key(row));
    return keys;
  });
}

Result<bool> SociServiceKeys::remove(const std::string& id) {
  return guarded(log_, [&]() -> Result<bool> {
    return db_.run("DELETE FROM service_keys WHERE id = :id", "", id).affected() > 0;
  });
}

Result<std::vector<user::ServiceKey>> SociServiceKeys::list(const std::string& after, std::size_t limit) {
  return guarded(log_, [&]() -> Result<std::vector<user::ServiceKey>> {
    std::vector<user::ServiceKey> keys;
    auto& row = db_.run(
        "SELECT id, name, secret_hash, created_at, scopes, expires_at, last_used_at FROM service_keys "
        "WHERE id > :after "
        "ORDER BY id LIMIT :n",
        kKeyColumns, after, limit);
    while (row.next()) keys.push_back(read_key(row));
    return keys;
  });
}

Result<void> SociServiceKeys::touch(std::span<const std::pair<std::string, Millis>> used) {
  return guarded(log_, [&]() -> Result<void> {
    for (const auto& [id, at] : used) {
      db_.run("UPDATE service_keys SET last_used_at = :at WHERE id = :id AND last_used_at < :same_at", "", at, id, at);
    }
    return {};
  });
}

Result<void> SociInvites::add(const user::Invite& invite) {
  return guarded(log_, [&]() -> Result<void> {
    db_.run(
        "INSERT INTO invites (id, secret_hash, uses, used, created_at, expires_at) "
        "VALUES (:id, :hash, :uses, :used, :at, :expires)",
        "", invite.id, invite.hash, invite.uses, invite.used, invite.created_at, invite.expires_at);
    return {};
  });
}

Result<std::optional<user::Invite>> SociInvites::find(const std::string& id) {
  return guarded(log_, [&]() -> Result<std::optional<user::Invite>> {
    std::optional<user::Invite> found;
    auto& row = db_.run("SELECT id, secret_hash, uses, used, created_at, expires_at FROM invites WHERE id = :id",
                        kInviteColumns, id);
    while (row.next()) found = read_invite(row);
    return found;
  });
}

Result<bool> SociInvites::use(const std::string& id) {
  return guarded(log_, [&]() -> Result<bool> {
    return db_.run("UPDATE invites SET used = used + 1 WHERE id = :id AND (uses = 0 OR used < uses)", "", id)
               .affected() > 0;
  });
}

Result<bool> SociInvites::remove(const std::string& id) {
  return guarded(
      log_, [&]() -> Result<bool> { return db_.run("DELETE FROM invites WHERE id = :id", "", id).affected() > 0; });
}

Result<std::vector<user::Invite>> SociInvites::list(const std::string& after, std::size_t limit) {
  return guarded(log_, [&]() -> Result<std::vector<user::Invite>> {
    std::vector<user::Invite> invites;
    auto& row = db_.run(
        "SELECT id, secret_hash, uses, used, created_at, expires_at FROM invites "
        "WHERE id > :after ORDER BY id LIMIT :n",
        kInviteColumns, after, limit);
    while (row.next()) invites.push_back(read_invite(row));
    return invites;
  });
}

}  // namespace godwit::engine::soci
