#include "rpc/user_client.hpp"

#include "rpc/user_values.hpp"

namespace godwit::rpc {

using namespace user::v1;

Task<Result<user::Proven>> UserClient::authenticate(std::string_view token) {
  AuthenticateRequest request;
  request.set_token(std::string(token));
  CO_TRY(const auto reply,
         co_await caller_.call_about<Proven>(std::hash<std::string_view>()(token), users::kAuthenticate, request));
  co_return answered(read(reply));
}

Task<Result<user::Proven>> UserClient::prove_again(Identity who) {
  ProveAgainRequest request;
  write(who, *request.mutable_who());
  CO_TRY(const auto reply,
         co_await caller_.call_about<Proven>(std::hash<SessionId>()(who.session), users::kProveAgain, request));
  co_return answered(read(reply));
}

Task<Result<user::ServiceIdentity>> UserClient::authenticate_service(std::string_view key) {
  AuthenticateServiceRequest request;
  request.set_key(std::string(key));
  CO_TRY(const auto reply, co_await caller_.call<ServiceIdentity>(users::kAuthenticateService, request));
  co_return answered(read(reply));
}

Task<Result<bool>> UserClient::is_admin(const UserKey& user) {
  IsAdminRequest request;
  request.set_user(user.str());
  CO_TRY(const auto reply, co_await caller_.call<IsAdminReply>(users::kIsAdmin, request));
  co_return reply.admin();
}

Task<Result<void>> UserClient::record_deed(const UserKey& admin, user::Deed deed) {
  RecordDeedRequest request;
  request.set_admin(admin.str());
  request.set_action(deed.action);
  request.set_target(deed.target);
  request.set_detail(deed.detail);
  CO_CHECK(co_await caller_.call<RecordDeedReply>(users::kRecordDeed, request));
  co_return Result<void>();
}

void UserClient::seen(const SessionId& session) {
  auto request = std::make_unique<SeenRequest>();
  request->set_session(session.str());
  caller_.tell(users::kSeen, std::move(request));
}

Task<Result<DirectRelation>> UserClient::relation(const UserKey& from, const UserKey& to) {
  auto loaded = co_await load_relation(from, to, {});
  if (!loaded && loaded.error().code == Code::not_found) co_return DirectRelation{};
  co_return loaded;
}
Task<Result<user::Keys>> UserClient::awake_friends(const UserKey& user) { return load_awake_friends(user, {}); }
Task<Result<std::shared_ptr<const godwit::Roster>>> UserClient::roster(const GroupKey& group) {
  return load_roster(group, {});
}
Task<Result<std::vector<Card>>> UserClient::user_cards(const std::vector<UserKey>& keys) {
  return load_user_cards(keys, {});
}
Task<Result<std::vector<Card>>> UserClient::group_cards(const std::vector<GroupKey>& keys) {
  return load_group_cards(keys, {});
}

Task<Result<std::vector<UserKey>>> UserClient::users_after(const UserKey& after, std::size_t limit) {
  UsersAfterRequest request;
  request.set_after(after.str());
  request.set_limit(write_limit(limit));
  CO_TRY(const auto reply, co_await caller_.call<UsersAfterReply>(users::kUsersAfter, request));
  co_return answered(read(reply.users()));
}

Task<Result<DirectRelation>> UserClient::load_relation(UserKey from, UserKey to, changes::Position as_of) {
  RelationRequest request;
  request.set_from(from.str());
  request.set_to(to.str());
  write(as_of, *request.mutable_as_of());
  CO_TRY(const auto reply,
         co_await caller_.call_about<RelationReply>(std::hash<UserKey>()(from), users::kRelation, request));
  if (!reply.exists()) co_return fail(Code::not_found, "no such user");
  co_return read(reply);
}

Task<Result<user::Keys>> UserClient::load_awake_friends(UserKey user, changes::Position as_of) {
  AwakeFriendsRequest request;
  request.set_user(user.str());
  write(as_of, *request.mutable_as_of());
  CO_TRY(const auto reply,
         co_await caller_.call_about<AwakeFriendsReply>(std::hash<UserKey>()(user), users::kAwakeFriends, request));
  CO_TRY(auto friends, answered(read(reply.users())));
  co_return std::make_shared<const std::vector<UserKey>>(std::move(friends));
}

Task<Result<std::shared_ptr<const godwit::Roster>>> UserClient::load_roster(GroupKey group, changes::Position as_of) {
  GetRosterRequest request;
  request.set_group(group.str());
  write(as_of, *request.mutable_as_of());
  CO_TRY(const auto reply,
         co_await caller_.call_about<user::v1::Roster>(std::hash<GroupKey>()(group), users::kGetRoster, request));
  co_return answered(read(reply));
}

namespace {

template <class Key>
CardsRequest cards_request(const std::vector<Key>& keys, changes::Position as_of) {
  CardsRequest request;
  request.mutable_keys()->Reserve(static_cast<int>(keys.size()));
  for (const auto& key : keys) request.add_keys(key.str());
  write(as_of, *request.mutable_as_of());
  return request;
}

}  // namespace

Task<Result<std::vector<godwit::Card>>> UserClient::load_user_cards(std::vector<UserKey> keys,
                                                                    changes::Position as_of) {
  if (keys.empty()) co_return std::vector<godwit::Card>();
  const auto request = cards_request(keys, as_of);
  CO_TRY(const auto reply, co_await caller_.call<CardsReply>(users::kUserCards, request));
  co_return answered(read(reply, keys.size()));
}

Task<Result<std::vector<godwit::Card>>> UserClient::load_group_cards(std::vector<GroupKey> keys,
                                                                     changes::Position as_of) {
  if (keys.empty()) co_return std::vector<godwit::Card>();
  const auto request = cards_request(keys, as_of);
  CO_TRY(const auto reply, co_await caller_.call<CardsReply>(users::kGroupCards, request));
  co_return answered(read(reply, keys.size()));
}

}  // namespace godwit::rpc
