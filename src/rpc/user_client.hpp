#pragma once
#include "rpc/caller.hpp"
#include "service/user.hpp"
#include "service/user_copies.hpp"

namespace godwit::rpc {

/// The user role, elsewhere: each question is a call. Besides the contract's errors any call may be `unavailable`.
/// `seen` is lost where the role cannot be reached.
class UserClient final : public user::Service, public user::CopiesSource {
 public:
  explicit UserClient(Caller& caller) : caller_(caller) {}

  Task<Result<user::Proven>> authenticate(std::string_view token) override;
  Task<Result<user::Proven>> prove_again(Identity who) override;
  Task<Result<user::ServiceIdentity>> authenticate_service(std::string_view key) override;
  Task<Result<bool>> is_admin(const UserKey& user) override;
  Task<Result<void>> record_deed(const UserKey& admin, user::Deed deed) override;
  void seen(const SessionId& session) override;
  Task<Result<DirectRelation>> relation(const UserKey& from, const UserKey& to) override;
  Task<Result<user::Keys>> awake_friends(const UserKey& user) override;
  Task<Result<std::shared_ptr<const Roster>>> roster(const GroupKey& group) override;
  Task<Result<std::vector<Card>>> user_cards(const std::vector<UserKey>& keys) override;
  Task<Result<std::vector<Card>>> group_cards(const std::vector<GroupKey>& keys) override;
  Task<Result<std::vector<UserKey>>> users_after(const UserKey& after, std::size_t limit) override;

  Task<Result<DirectRelation>> load_relation(UserKey from, UserKey to, changes::Position as_of) override;
  Task<Result<user::Keys>> load_awake_friends(UserKey user, changes::Position as_of) override;
  Task<Result<std::shared_ptr<const Roster>>> load_roster(GroupKey group, changes::Position as_of) override;
  Task<Result<std::vector<Card>>> load_user_cards(std::vector<UserKey> keys, changes::Position as_of) override;
  Task<Result<std::vector<Card>>> load_group_cards(std::vector<GroupKey> keys, changes::Position as_of) override;

 private:
  Caller& caller_;
};

}  // namespace godwit::rpc
