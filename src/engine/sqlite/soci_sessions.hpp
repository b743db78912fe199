#pragma once
#include "engine/sqlite/soci_failure.hpp"
#include "user/service_key_store.hpp"
#include "user/session_store.hpp"

namespace godwit::engine::sqlite {

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

class SociServiceKeys final : public user::ServiceKeyStore {
 public:
  SociServiceKeys(SociConnection& connection, Log& log) : db_(connection), log_(log) {}

  Result<void> add(const user::ServiceKey& key) override;
  Result<std::optional<user::ServiceKey>> find(const std::string& id) override;
  Result<bool> remove(const std::string& id) override;
  Result<std::vector<user::ServiceKey>> list(const std::string& after, std::size_t limit) override;

 private:
  SociConnection& db_;
  Log& log_;
};

}  // namespace godwit::engine::sqlite
