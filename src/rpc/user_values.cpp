#include "rpc/user_values.hpp"

#include <array>
#include <utility>

namespace godwit::rpc {
namespace {

constexpr std::array<std::pair<godwit::Role, user::v1::MemberRole>, 3> kRoles{{
    {godwit::Role::owner, user::v1::MEMBER_ROLE_OWNER},
    {godwit::Role::admin, user::v1::MEMBER_ROLE_ADMIN},
    {godwit::Role::member, user::v1::MEMBER_ROLE_MEMBER},
}};
constexpr std::array<std::pair<JoinPolicy, user::v1::JoinPolicy>, 3> kPolicies{{
    {JoinPolicy::approval, user::v1::JOIN_POLICY_APPROVAL},
    {JoinPolicy::open, user::v1::JOIN_POLICY_OPEN},
    {JoinPolicy::closed, user::v1::JOIN_POLICY_CLOSED},
}};

template <class Table, class Ours>
auto wire_of(const Table& table, Ours ours) {
  for (const auto& [mine, theirs] : table)
    if (mine == ours) return theirs;
  return decltype(table[0].second){};
}
template <class Table, class Theirs>
std::optional<typename Table::value_type::first_type> ours_of(const Table& table, Theirs theirs) {
  for (const auto& [mine, other] : table)
    if (other == theirs) return mine;
  return std::nullopt;
}

void write(const Group& from, user::v1::Group& to) {
  to.set_key(from.key.str());
  to.set_name(from.name);
  to.set_notice(from.notice);
  to.set_avatar(from.avatar);
  to.set_policy(wire_of(kPolicies, from.policy));
  to.set_owner(from.owner.str());
  to.set_member_count(from.member_count);
  to.set_created_at(from.created_at);
}

Result<Group> read(const user::v1::Group& from) {
  const auto policy = ours_of(kPolicies, from.policy());
  if (!policy) return not_valid("group.policy");
  TRY(auto key, read_name<GroupKey>(from.key(), "group.key"));
  return Group{.key = std::move(key),
               .name = from.name(),
               .notice = from.notice(),
               .avatar = from.avatar(),
               .policy = *policy,
               .owner = UserKey(from.owner()),
               .member_count = from.member_count(),
               .created_at = from.created_at()};
}

Result<Member> read(const user::v1::Member& from) {
  const auto role = ours_of(kRoles, from.role());
  if (!role) return not_valid("member.role");
  TRY(auto user, read_name<UserKey>(from.user(), "member.user"));
  return Member{
      .user = std::move(user), .role = *role, .muted_until = from.muted_until(), .joined_at = from.joined_at()};
}

}  // namespace

void write(const user::Proven& from, user::v1::Proven& to) {
  write(from.who, *to.mutable_who());
  write(from.as_of, *to.mutable_as_of());
  to.set_node(from.node);
}
Result<user::Proven> read(const user::v1::Proven& from) {
  TRY(auto who, read(from.who()));
  return user::Proven{.who = std::move(who), .as_of = read(from.as_of()), .node = from.node().substr(0, 64)};
}

void write(const user::ServiceIdentity& from, user::v1::ServiceIdentity& to) {
  to.set_name(from.name);
  for (const auto& scope : from.scopes) to.add_scopes(scope);
}
Result<user::ServiceIdentity> read(const user::v1::ServiceIdentity& from) {
  if (from.name().empty()) return not_valid("service.name");
  return user::ServiceIdentity{.name = from.name(), .scopes = {from.scopes().begin(), from.scopes().end()}};
}

void write(const DirectRelation& from, user::v1::RelationReply& to) {
  to.set_exists(from.exists);
  to.set_friends(from.friends);
  to.set_blocked(from.blocked);
}
DirectRelation read(const user::v1::RelationReply& from) {
  return {.exists = from.exists(), .friends = from.friends(), .blocked = from.blocked()};
}

// Whoever is in the audience is a member: the two are one list here, in the order of the audience.
void write(const Roster& from, user::v1::Roster& to) {
  write(from.group, *to.mutable_group());
  if (from.audience == nullptr) return;
  to.mutable_members()->Reserve(static_cast<int>(from.audience->size()));
  for (const auto& key : *from.audience) {
    const auto* member = from.find(key);
    if (member == nullptr) continue;
    auto& one = *to.add_members();
    one.set_user(member->user.str());
    one.set_role(wire_of(kRoles, member->role));
    one.set_muted_until(member->muted_until);
    one.set_joined_at(member->joined_at);
  }
}

Result<std::shared_ptr<const Roster>> read(const user::v1::Roster& from) {
  auto roster = std::make_shared<Roster>();
  TRY(roster->group, read(from.group()));
  std::vector<UserKey> audience;
  audience.reserve(static_cast<std::size_t>(from.members_size()));
  roster->members.reserve(audience.capacity());
  for (const auto& one : from.members()) {
    TRY(auto member, read(one));
    if (!audience.empty() && !(audience.back() < member.user)) return not_valid("members: not ascending");
    audience.push_back(member.user);
    auto key = member.user;
    roster->members.emplace(std::move(key), std::move(member));
  }
  roster->audience = std::make_shared<const std::vector<UserKey>>(std::move(audience));
  return roster;
}

void write(const std::vector<Card>& from, user::v1::CardsReply& to) {
  to.mutable_cards()->Reserve(static_cast<int>(from.size()));
  for (const auto& card : from) write(card, *to.add_cards());
}
Result<std::vector<Card>> read(const user::v1::CardsReply& from, std::size_t asked) {
  if (static_cast<std::size_t>(from.cards_size()) != asked) return not_valid("cards: not as many as were asked for");
  std::vector<Card> out;
  out.reserve(asked);
  for (const auto& card : from.cards()) out.push_back(read(card));
  return out;
}

}  // namespace godwit::rpc
