#include "engine/soci/sessions.hpp"

namespace godwit::engine::soci {
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

}  // namespace godwit::engine::soci
