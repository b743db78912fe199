#pragma once
#include "engine/soci/failure.hpp"
#include "user/store/block_store.hpp"
#include "user/store/friend_store.hpp"

namespace godwit::engine::soci {

class SociFriends final : public user::FriendStore {
 public:
  SociFriends(SociConnection& connection, Log& log) : db_(connection), log_(log) {}

  Result<bool> add(const UserKey& a, const UserKey& b, Millis since) override;
  Result<bool> remove(const UserKey& a, const UserKey& b) override;
  Result<bool> are_friends(const UserKey& a, const UserKey& b) override;
  Result<std::optional<Friend>> find(const UserKey& user, const UserKey& other) override;
  Result<bool> set_alias(const UserKey& user, const UserKey& other, const std::string& alias) override;
  Result<std::vector<Friend>> list(const UserKey& user, const UserKey& after, std::size_t limit) override;
  Result<std::vector<UserKey>> awake(const UserKey& user) override;
  Result<std::size_t> count(const UserKey& user) override;

 private:
  SociConnection& db_;
  Log& log_;
};

class SociBlocks final : public user::BlockStore {
 public:
  SociBlocks(SociConnection& connection, Log& log) : db_(connection), log_(log) {}

  Result<bool> add(const UserKey& user, const UserKey& other, Millis since) override;
  Result<bool> remove(const UserKey& user, const UserKey& other) override;
  Result<bool> between(const UserKey& a, const UserKey& b) override;
  Result<std::vector<user::Blocked>> list(const UserKey& user, const UserKey& after, std::size_t limit) override;

 private:
  SociConnection& db_;
  Log& log_;
};

}  // namespace godwit::engine::soci
