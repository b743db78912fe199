#include "rpc/serve.hpp"
#include "rpc/user_values.hpp"

namespace godwit::rpc {
namespace {

using namespace user::v1;

/// Whoever asks keeps the answer, and has heard of changes that this process may not have heard of yet. Where the
/// change log is away here, nothing that the role keeps is believed anyway.
Task<Result<void>> catch_up(const UserSource& source, changes::Position as_of) {
  if (!co_await heard_of(source.feed, as_of) && source.feed.fresh())
    co_return fail(Code::unavailable, "this process has not heard of a change yet");
  co_return Result<void>();
}

Task<Result<Proven>> authenticate(UserSource& source, const AuthenticateRequest& request) {
  CO_TRY(const auto proven, co_await source.users.authenticate(request.token()));
  Proven reply;
  write(proven, reply);
  co_return reply;
}

Task<Result<Proven>> prove_again(UserSource& source, const ProveAgainRequest& request) {
  CO_TRY(auto who, read(request.who()));
  CO_TRY(const auto proven, co_await source.users.prove_again(std::move(who)));
  Proven reply;
  write(proven, reply);
  co_return reply;
}

Task<Result<ServiceIdentity>> authenticate_service(UserSource& source, const AuthenticateServiceRequest& request) {
  CO_TRY(const auto service, co_await source.users.authenticate_service(request.key()));
  ServiceIdentity reply;
  write(service, reply);
  co_return reply;
}

Task<Result<IsAdminReply>> is_admin(UserSource& source, const IsAdminRequest& request) {
  CO_TRY(const auto user, read_name<UserKey>(request.user(), "user"));
  CO_TRY(const bool admin, co_await source.users.is_admin(user));
  IsAdminReply reply;
  reply.set_admin(admin);
  co_return reply;
}

Task<Result<RecordDeedReply>> record_deed(UserSource& source, const RecordDeedRequest& request) {
  CO_TRY(const auto admin, read_name<UserKey>(request.admin(), "admin"));
  if (request.action().empty()) co_return not_valid("action");
  user::Deed deed{.action = request.action(), .target = request.target(), .detail = request.detail()};
  CO_CHECK(co_await source.users.record_deed(admin, std::move(deed)));
  co_return RecordDeedReply();
}

Task<Result<SeenReply>> seen(UserSource& source, const SeenRequest& request) {
  CO_TRY(const auto session, read_name<SessionId>(request.session(), "session"));
  source.users.seen(session);
  co_return SeenReply();
}

Task<Result<RelationReply>> relation(UserSource& source, const RelationRequest& request) {
  CO_TRY(const auto from, read_name<UserKey>(request.from(), "from"));
  CO_TRY(const auto to, read_name<UserKey>(request.to(), "to"));
  CO_CHECK(co_await catch_up(source, read(request.as_of())));
  CO_TRY(const auto relation, co_await source.users.relation(from, to));
  RelationReply reply;
  write(relation, reply);
  co_return reply;
}

Task<Result<AwakeFriendsReply>> awake_friends(UserSource& source, const AwakeFriendsRequest& request) {
  CO_TRY(const auto user, read_name<UserKey>(request.user(), "user"));
  CO_CHECK(co_await catch_up(source, read(request.as_of())));
  CO_TRY(const auto friends, co_await source.users.awake_friends(user));
  AwakeFriendsReply reply;
  write(*friends, *reply.mutable_users());
  co_return reply;
}

Task<Result<user::v1::Roster>> roster(UserSource& source, const GetRosterRequest& request) {
  CO_TRY(const auto group, read_name<GroupKey>(request.group(), "group"));
  CO_CHECK(co_await catch_up(source, read(request.as_of())));
  CO_TRY(const auto roster, co_await source.users.roster(group));
  user::v1::Roster reply;
  write(*roster, reply);
  co_return reply;
}

// Any key may be asked for: what is none has no card.
template <class Key>
std::vector<Key> keys_of(const CardsRequest& request) {
  std::vector<Key> keys;
  keys.reserve(static_cast<std::size_t>(request.keys_size()));
  for (const auto& key : request.keys()) keys.emplace_back(key);
  return keys;
}

Task<Result<CardsReply>> user_cards(UserSource& source, const CardsRequest& request) {
  const auto keys = keys_of<UserKey>(request);
  CO_CHECK(co_await catch_up(source, read(request.as_of())));
  CO_TRY(const auto cards, co_await source.users.user_cards(keys));
  CardsReply reply;
  write(cards, reply);
  co_return reply;
}

Task<Result<CardsReply>> group_cards(UserSource& source, const CardsRequest& request) {
  const auto keys = keys_of<GroupKey>(request);
  CO_CHECK(co_await catch_up(source, read(request.as_of())));
  CO_TRY(const auto cards, co_await source.users.group_cards(keys));
  CardsReply reply;
  write(cards, reply);
  co_return reply;
}

Task<Result<UsersAfterReply>> users_after(UserSource& source, const UsersAfterRequest& request) {
  const UserKey after(request.after());
  CO_TRY(const auto users, co_await source.users.users_after(after, request.limit()));
  UsersAfterReply reply;
  write(users, *reply.mutable_users());
  co_return reply;
}

}  // namespace

void serve_user(Services& services, UserSource& source) {
  services.add(users::kAuthenticate, source, &authenticate);
  services.add(users::kProveAgain, source, &prove_again);
  services.add(users::kAuthenticateService, source, &authenticate_service);
  services.add(users::kIsAdmin, source, &is_admin);
  services.add(users::kRecordDeed, source, &record_deed);
  services.add(users::kSeen, source, &seen);
  services.add(users::kRelation, source, &relation);
  services.add(users::kAwakeFriends, source, &awake_friends);
  services.add(users::kGetRoster, source, &roster);
  services.add(users::kUserCards, source, &user_cards);
  services.add(users::kGroupCards, source, &group_cards);
  services.add(users::kUsersAfter, source, &users_after);
}

}  // namespace godwit::rpc
