#include <algorithm>

#include "engine/memory/accounts_tables.hpp"

namespace godwit::engine::memory {
namespace {
/// Removes up to `limit` rows of which `time(row)` answers one before `before`; the oldest first, answering their keys.
template <class Key, class Row, class Time>
std::vector<Key> remove_old(Table<Key, Row>& table, Millis before, std::size_t limit, Time time) {
  std::vector<std::pair<Millis, Key>> old;
  for (const auto& [key, row] : table.rows()) {
    if (const Millis at = time(row); at < before) old.emplace_back(at, key);
  }
  std::ranges::sort(old);
  if (old.size() > limit) old.resize(limit);
  std::vector<Key> keys;
  for (auto& [at, key] : old) {
    table.change().erase(key);
    keys.push_back(std::move(key));
  }
  return keys;
}

constexpr Millis kNever = std::numeric_limits<Millis>::max();
}  // namespace

Result<void> Sessions::add(const Session& session) {
  rows_.sessions.change()[session.id] = session;
  return {};
}

Result<std::optional<Session>> Sessions::find(const SessionId& id) {
  const auto* session = rows_.sessions.find(id);
  return session == nullptr ? std::nullopt : std::optional(*session);
}

Result<std::vector<Session>> Sessions::of_user(const UserKey& user) {
  std::vector<Session> sessions;
  for (const auto& [id, session] : rows_.sessions.rows()) {
    if (session.user == user) sessions.push_back(session);
  }
  std::ranges::sort(sessions, {}, [](const Session& session) { return std::tie(session.created_at, session.id); });
  return sessions;
}

Result<bool> Sessions::remove(const SessionId& id) {
  return rows_.sessions.find(id) != nullptr && rows_.sessions.change().erase(id) > 0;
}

Result<void> Sessions::touch(std::span<const std::pair<SessionId, Millis>> seen) {
  for (const auto& [id, at] : seen) {
    if (auto* session = rows_.sessions.change(id)) session->last_seen_at = std::max(session->last_seen_at, at);
  }
  return {};
}

Result<std::vector<SessionId>> Tidy::expired_sessions(Millis before, std::size_t limit) {
  return remove_old(rows_.sessions, before, limit, [](const Session& session) { return session.expires_at; });
}

Result<std::size_t> Tidy::answered_requests(Millis before, std::size_t limit) {
  const auto answered = [](const auto& asked) {
    return asked.state == RequestState::pending ? kNever : asked.answered_at;
  };
  return remove_old(rows_.friend_requests, before, limit, answered).size() +
         remove_old(rows_.group_requests, before, limit, answered).size();
}

Result<std::size_t> Tidy::past_mutes(Millis before, std::size_t limit) {
  return remove_old(rows_.mutes, before, limit, [](Millis until) { return until; }).size();
}

}  // namespace godwit::engine::memory
