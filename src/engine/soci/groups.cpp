#include "engine/soci/groups.hpp"

namespace godwit::engine::soci {

Group read_group(const SociQuery& row) {
  return {.key = GroupKey(row.text(0)),
          .name = row.text(1),
          .notice = row.text(2),
          .avatar = row.text(3),
          .policy = static_cast<JoinPolicy>(row.text(4).front()),
          .owner = UserKey(row.text(5)),
          .member_count = static_cast<std::uint32_t>(row.number(6)),
          .created_at = row.number(7)};
}

namespace {
constexpr const char* kGroupColumns = "ttttttnn";

std::string letter(JoinPolicy policy) { return std::string(1, static_cast<char>(policy)); }
}  // namespace

Result<void> SociGroups::add(const Group& group) {
  return guarded(log_, [&]() -> Result<void> {
    db_.run(
        "INSERT INTO chat_groups (group_key, name, notice, avatar, join_policy, owner_key, member_count, dissolved, "
        "created_at) "
        "VALUES (:key, :name, :notice, :avatar, :policy, :owner, 0, 0, :at)",
        "", group.key, group.name, group.notice, group.avatar, letter(group.policy), group.owner, group.created_at);
    return {};
  });
}

Result<std::optional<Group>> SociGroups::find(const GroupKey& key) {
  return guarded(log_, [&]() -> Result<std::optional<Group>> {
    std::optional<Group> found;
    auto& row = db_.run(
        "SELECT group_key, name, notice, avatar, join_policy, owner_key, member_count, created_at FROM chat_groups "
        "WHERE group_key = :key AND dissolved = 0",
        kGroupColumns, key);
    while (row.next()) found = read_group(row);
    return found;
  });
}

Result<void> SociGroups::change(const Group& group) {
  return guarded(log_, [&]() -> Result<void> {
    db_.run(
        "UPDATE chat_groups SET name = :name, notice = :notice, avatar = :avatar, join_policy = :policy, owner_key = "
        ":owner "
        "WHERE group_key = :key",
        "", group.name, group.notice, group.avatar, letter(group.policy), group.owner, group.key);
    return {};
  });
}

Result<void> SociGroups::dissolve(const GroupKey& key) {
  return guarded(log_, [&]() -> Result<void> {
    db_.run("UPDATE chat_groups SET dissolved = 1, member_count = 0 WHERE group_key = :key", "", key);
    db_.run("DELETE FROM group_members WHERE group_key = :key", "", key);
    db_.run("DELETE FROM group_mutes WHERE group_key = :key", "", key);
    return {};
  });
}

Result<std::vector<user::GroupOfMine>> SociGroups::list(const UserKey& user, const GroupKey& after, std::size_t limit) {
  return guarded(log_, [&]() -> Result<std::vector<user::GroupOfMine>> {
    std::vector<user::GroupOfMine> groups;
    auto& row = db_.run(
        "SELECT g.group_key, g.name, g.notice, g.avatar, g.join_policy, g.owner_key, g.member_count, g.created_at, "
        "m.role, m.muted_until, m.joined_at FROM group_members m JOIN chat_groups g ON g.group_key = m.group_key "
        "WHERE m.user_key = :user AND m.group_key > :after ORDER BY m.group_key LIMIT :n",
        "ttttttnntnn", user, after, limit);
    while (row.next()) {
      groups.push_back({.group = read_group(row),
                        .mine = {.user = user,
                                 .role = static_cast<Role>(row.text(8).front()),
                                 .muted_until = row.number(9),
                                 .joined_at = row.number(10)}});
    }
    return groups;
  });
}

Result<std::shared_ptr<const Roster>> SociGroups::roster(const GroupKey& key) {
  return guarded(log_, [&]() -> Result<std::shared_ptr<const Roster>> {
    TRY(auto group, find(key));
    if (!group) return nullptr;
    auto roster = std::make_shared<Roster>();
    auto audience = std::make_shared<std::vector<UserKey>>();
    roster->group = std::move(*group);
    roster->members.reserve(roster->group.member_count);
    audience->reserve(roster->group.member_count);
    auto& row = db_.run(
        "SELECT user_key, role, muted_until, joined_at FROM group_members WHERE group_key = :key ORDER BY user_key",
        "ttnn", key);
    while (row.next()) {
      const auto& user = audience->emplace_back(row.text(0));
      roster->members.emplace(user, Member{.user = user,
                                           .role = static_cast<Role>(row.text(1).front()),
                                           .muted_until = row.number(2),
                                           .joined_at = row.number(3)});
    }
    roster->audience = std::move(audience);
    return roster;
  });
}

Result<std::vector<Card>> SociGroups::cards(std::span<const GroupKey> keys) {
  return guarded(log_, [&]() -> Result<std::vector<Card>> {
    std::vector<Card> cards(keys.size());
    for (std::size_t i = 0; i < keys.size(); ++i) {
      auto& row = db_.run("SELECT group_key, name, avatar FROM chat_groups WHERE group_key = :key", "ttt", keys[i]);
      while (row.next()) cards[i] = {.key = row.text(0), .name = row.text(1), .avatar = row.text(2)};
    }
    return cards;
  });
}

}  // namespace godwit::engine::soci
