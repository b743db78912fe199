#pragma once
#include "engine/soci/failure.hpp"
#include "user/store/invite_store.hpp"
#include "user/store/service_key_store.hpp"

namespace godwit::engine::soci {

class SociServiceKeys final : public user::ServiceKeyStore {
 public:
  SociServiceKeys(SociConnection& connection, Log& log) : db_(connection), log_(log) {}

  Result<void> add(const user::ServiceKey& key) override;
  Result<std::optional<user::ServiceKey>> find(const std::string& id) override;
  Result<std::vector<user::ServiceKey>> named(const std::string& name) override;
  Result<bool> remove(const std::string& id) override;
  Result<std::vector<user::ServiceKey>> list(const std::string& after, std::size_t limit) override;
  Result<void> touch(std::span<const std::pair<std::string, Millis>> used) override;

 private:
  SociConnection& db_;
  Log& log_;
};

class SociInvites final : public user::InviteStore {
 public:
  SociInvites(SociConnection& connection, Log& log) : db_(connection), log_(log) {}

  Result<void> add(const user::Invite& invite) override;
  Result<std::optional<user::Invite>> find(const std::string& id) override;
  Result<bool> use(const std::string& id) override;
  Result<bool> remove(const std::string& id) override;
  Result<std::vector<user::Invite>> list(const std::string& after, std::size_t limit) override;

 private:
  SociConnection& db_;
  Log& log_;
};

}  // namespace godwit::engine::soci
