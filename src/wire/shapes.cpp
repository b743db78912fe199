#include "wire/shapes.hpp"

namespace godwit::wire {

namespace {
JsonWriter& write_profile(JsonWriter& json, const User& user) {
  return json.field("key", user.key.str())
      .field("name", user.name)
      .field("bio", user.bio)
      .field("avatar", user.avatar)
      .field("createdAt", user.created_at);
}
}  // namespace

void write(JsonWriter& json, const User& user) { write_profile(json.begin_object(), user).end_object(); }

void write(JsonWriter& json, const OwnProfile& own) {
  write_profile(json.begin_object(), own.user);
  json.field("groupInvites", own.user.group_invites ? "allow" : "refuse");
  if (own.user.admin) json.field("admin", true);
  json.end_object();
}

void write(JsonWriter& json, const Card& card) {
  json.begin_object().field("key", card.key).field("name", card.name).field("avatar", card.avatar).end_object();
}

void write(JsonWriter& json, const Session& session, bool current) {
  json.begin_object().field("id", session.id.str());
  json.key("device").begin_object().field("id", session.device.str()).field("name", session.device_name).end_object();
  json.field("createdAt", session.created_at)
      .field("lastSeenAt", session.last_seen_at)
      .field("current", current)
      .end_object();
}

void write(JsonWriter& json, const Friend& friendship, bool online) {
  json.begin_object().key("user");
  write(json, friendship.user);
  json.field("alias", friendship.alias).field("since", friendship.since).field("online", online).end_object();
}

void write(JsonWriter& json, const FriendRequest& request) {
  json.begin_object().field("id", request.id.str()).key("sender");
  write(json, request.sender);
  json.key("receiver");
  write(json, request.receiver);
  json.field("note", request.note)
      .field("state", name_of(request.state))
      .field("createdAt", request.created_at)
      .end_object();
}

void write(JsonWriter& json, const Group& group, const Member* mine) {
  json.begin_object()
      .field("key", group.key.str())
      .field("name", group.name)
      .field("notice", group.notice)
      .field("avatar", group.avatar)
      .field("joinPolicy", name_of(group.policy))
      .field("owner", group.owner.str())
      .field("memberCount", static_cast<std::int64_t>(group.member_count))
      .key("role");
  if (mine == nullptr)
    json.null();
  else
    json.string(name_of(mine->role));
  json.end_object();
}

void write(JsonWriter& json, const Member& member, const Card& card) {
  json.begin_object().key("user");
  write(json, card);
  json.field("role", name_of(member.role)).key("mutedUntil");
  if (member.muted_until == 0)
    json.null();
  else
    json.integer(member.muted_until);
  json.field("joinedAt", member.joined_at).end_object();
}

void write(JsonWriter& json, const GroupRequest& request) {
  json.begin_object().field("id", request.id.str()).key("sender");
  write(json, request.sender);
  json.key("group");
  write(json, request.group);
  json.field("note", request.note)
      .field("state", name_of(request.state))
      .field("createdAt", request.created_at)
      .end_object();
}

std::string_view name_of(RequestState state) noexcept {
  switch (state) {
    case RequestState::pending: return "pending";
    case RequestState::approved: return "approved";
    case RequestState::rejected: return "rejected";
  }
  return "pending";
}
std::string_view name_of(Role role) noexcept {
  switch (role) {
    case Role::owner: return "owner";
    case Role::admin: return "admin";
    case Role::member: return "member";
  }
  return "member";
}
std::string_view name_of(JoinPolicy policy) noexcept {
  switch (policy) {
    case JoinPolicy::approval: return "approval";
    case JoinPolicy::open: return "open";
    case JoinPolicy::closed: return "closed";
  }
  return "approval";
}
std::optional<Role> parse_role(std::string_view name) noexcept {
  for (const auto role : {Role::owner, Role::admin, Role::member})
    if (name_of(role) == name) return role;
  return std::nullopt;
}
std::optional<JoinPolicy> parse_policy(std::string_view name) noexcept {
  for (const auto policy : {JoinPolicy::approval, JoinPolicy::open, JoinPolicy::closed})
    if (name_of(policy) == name) return policy;
  return std::nullopt;
}

}  // namespace godwit::wire
