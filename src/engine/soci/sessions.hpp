#pragma once
#include "engine/soci/failure.hpp"
#include "user/store/session_store.hpp"

namespace godwit::engine::soci {

class SociSessions final : public user::SessionStore {
 public:
  SociSessions(SociConnection& connection, Log& log) : db_(connection), log_(log) {}

  Result<void> add(const Session& session) override;
  Result<std::optional<Session>> find(const SessionId& id) override;
  Result<std::vector<Session>> of_user(const UserKey& user) override;
  Result<bool> remove(const SessionId& id) override;
  Result<void> touch(std::span<const std::pair<SessionId, Millis>> seen) override;

 private:
  SociConnection& db_;
  Log& log_;
};

}  // namespace godwit::engine::soci
