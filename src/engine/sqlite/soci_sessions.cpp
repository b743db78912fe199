#include "engine/sqlite/soci_sessions.hpp"

namespace godwit::engine::sqlite {
namespace {
constexpr const char* kSessionColumns = "ttttnnn";

Session read_session(const SociQuery& row) {
  return {.id = SessionId(row.text(0)),
          .user = UserKey(row.text(1)),
          .device = DeviceId(row.text(2)),
          .device_name = row.text(3),
          .created_at = row.number(4),
          .last_seen_at = row.number(5),
          .expires_at = row.number(6)};
}
user::ServiceKey read_key(const SociQuery& row) {
  return {.id = row.text(0), .name = row.text(1), .hash = row.text(2), .created_at = row.number(3)};
}
}  // namespace

Result<void> SociSessions::add(const Session& session) {
  return guarded(log_, [&]() -> Result<void> {
    db_.run(
        "INSERT INTO sessions (id, user_key, device_id, device_name, created_at, last_seen_at, expires_at) "
        "VALUES (:id, :user, :device, :name, :created, :seen, :expires)",
        "", session.id, session.user, session.device, session.device_name, session.created_at, session.last_seen_at,
        session.expires_at);
    return {};
  });
}

Result<std::optional<Session>> SociSessions::find(const SessionId& id) {
  return guarded(log_, [&]() -> Result<std::optional<Session>> {
    std::optional<Session> found;
    auto& row = db_.run(
        "SELECT id, user_key, device_id, device_name, created_at, last_seen_at, expires_at FROM sessions WHERE id = "
        ":id",
        kSessionColumns, id);
    while (row.next()) found = read_session(row);
    return found;
  });
}

Result<std::vector<Session>> SociSessions::of_user(const UserKey& user) {
  return guarded(log_, [&]() -> Result<std::vector<Session>> {
    std::vector<Session> sessions;
    auto& row = db_.run(
        "SELECT id, user_key, device_id, device_name, created_at, last_seen_at, expires_at FROM sessions "
        "WHERE user_key = :user ORDER BY created_at, id",
        kSessionColumns, user);
    while (row.next()) sessions.push_back(read_session(row));
    return sessions;
  });
}

Result<bool> SociSessions::remove(const SessionId& id) {
  return guarded(
      log_, [&]() -> Result<bool> { return db_.run("DELETE FROM sessions WHERE id = :id", "", id).affected() > 0; });
}

Result<void> SociSessions::touch(std::span<const std::pair<SessionId, Millis>> seen) {
  return guarded(log_, [&]() -> Result<void> {
    for (const auto& [id, at] : seen) {
      db_.run("UPDATE sessions SET last_seen_at = :at WHERE id = :id AND last_seen_at < :same_at", "", at, id, at);
    }
    return {};
  });
}

Result<void> SociServiceKeys::add(const user::ServiceKey& key) {
  return guarded(log_, [&]() -> Result<void> {
    db_.run("INSERT INTO service_keys (id, name, secret_hash, created_at) VALUES (:id, :name, :hash, :at)", "", key.id,
            key.name, key.hash, key.created_at);
    return {};
  });
}

Result<std::optional<user::ServiceKey>> SociServiceKeys::find(const std::string& id) {
  return guarded(log_, [&]() -> Result<std::optional<user::ServiceKey>> {
    std::optional<user::ServiceKey> found;
    auto& row = db_.run("SELECT id, name, secret_hash, created_at FROM service_keys WHERE id = :id", "tttn", id);
    while (row.next()) found = read_key(row);
    return found;
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
    auto& row =
        db_.run("SELECT id, name, secret_hash, created_at FROM service_keys WHERE id > :after ORDER BY id LIMIT :n",
                "tttn", after, limit);
    while (row.next()) keys.push_back(read_key(row));
    return keys;
  });
}

}  // namespace godwit::engine::sqlite
