#pragma once
#include "engine/soci/failure.hpp"
#include "user/store/request_store.hpp"

namespace godwit::engine::soci {

class SociFriendRequests final : public user::FriendRequestStore {
 public:
  SociFriendRequests(SociConnection& connection, Log& log) : db_(connection), log_(log) {}

  Result<void> add(const user::NewFriendRequest& request) override;
  Result<std::optional<FriendRequest>> find(const RequestId& id) override;
  Result<std::optional<FriendRequest>> pending(const UserKey& sender, const UserKey& receiver) override;
  Result<bool> answer(const RequestId& id, RequestState state, Millis at) override;
  Result<user::RequestStanding> standing(const UserKey& sender, const UserKey& receiver) override;
  Result<std::vector<FriendRequest>> list(const UserKey& user, user::Box box, const user::BoxPlace& after,
                                          std::size_t limit) override;

 private:
  SociConnection& db_;
  Log& log_;
};

class SociGroupRequests final : public user::GroupRequestStore {
 public:
  SociGroupRequests(SociConnection& connection, Log& log) : db_(connection), log_(log) {}

  Result<void> add(const user::NewGroupRequest& request) override;
  Result<std::optional<GroupRequest>> find(const RequestId& id) override;
  Result<std::optional<GroupRequest>> pending(const UserKey& sender, const GroupKey& group) override;
  Result<bool> answer(const RequestId& id, RequestState state, Millis at) override;
  Result<user::RequestStanding> standing(const UserKey& sender, const GroupKey& group) override;
  Result<std::vector<GroupRequest>> list(const UserKey& user, user::Box box, const user::BoxPlace& after,
                                         std::size_t limit) override;
  Result<void> reject_all(const GroupKey& group, Millis at) override;

 private:
  std::vector<GroupKey> managed_by(const UserKey& user);

  SociConnection& db_;
  Log& log_;
};

}  // namespace godwit::engine::soci
