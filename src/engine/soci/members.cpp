#include <algorithm>

#include "engine/soci/groups.hpp"

namespace godwit::engine::soci {
namespace {
Member read_member(const SociQuery& row, std::size_t first) {
  return {.user = UserKey(row.text(first)),
          .role = static_cast<Role>(row.text(first + 1).front()),
          .muted_until = row.number(first + 2),
          .joined_at = row.number(first + 3)};
}

std::string letter(Role role) { return std::string(1, static_cast<char>(role)); }

std::vector<UserKey> read_keys(SociQuery& row) {
  std::vector<UserKey> keys;
  while (row.next()) keys.emplace_back(row.text(0));
  return keys;
}
}  // namespace

Result<bool> SociMembers::add(const GroupKey& group, const Member& member) {
  return guarded(log_, [&]() -> Result<bool> {
    TRY(const auto already, find(group, member.user));
    if (already) return false;
    db_.run(
        "INSERT INTO group_members (group_key, user_key, role, muted_until, joined_at) VALUES (:group, :user, :role, "
        ":muted, :at)",
        "", group, member.user, letter(member.role), std::max(member.muted_until, take_mute(group, member.user)),
        member.joined_at);
    db_.run("UPDATE chat_groups SET member_count = member_count + 1 WHERE group_key = :group", "", group);
    return true;
  });
}

Result<bool> SociMembers::remove(const GroupKey& group, const UserKey& user) {
  return guarded(log_, [&]() -> Result<bool> {
    TRY(const auto member, find(group, user));
    if (!member) return false;
    if (member->muted_until > 0) {
      db_.run("INSERT INTO group_mutes (group_key, user_key, muted_until) VALUES (:group, :user, :until)", "", group,
              user, member->muted_until);
    }
    db_.run("DELETE FROM group_members WHERE group_key = :group AND user_key = :user", "", group, user);
    db_.run("UPDATE chat_groups SET member_count = member_count - 1 WHERE group_key = :group", "", group);
    return true;
  });
}

Millis SociMembers::take_mute(const GroupKey& group, const UserKey& user) {
  Millis until = 0;
  auto& row =
      db_.run("SELECT muted_until FROM group_mutes WHERE group_key = :group AND user_key = :user", "n", group, user);
  while (row.next()) until = row.number(0);
  if (until > 0) db_.run("DELETE FROM group_mutes WHERE group_key = :group AND user_key = :user", "", group, user);
  return until;
}

Result<user::Memberships> SociMembers::count(const UserKey& user) {
  return guarded(log_, [&]() -> Result<user::Memberships> {
    user::Memberships count;
    auto& row =
        db_.run("SELECT COUNT(*), COALESCE(SUM(role = 'o'), 0) FROM group_members WHERE user_key = :user", "nn", user);
    while (row.next())
      count = {.all = static_cast<std::size_t>(row.number(0)), .owned = static_cast<std::size_t>(row.number(1))};
    return count;
  });
}

Result<std::optional<Member>> SociMembers::find(const GroupKey& group, const UserKey& user) {
  return guarded(log_, [&]() -> Result<std::optional<Member>> {
    std::optional<Member> found;
    auto& row = db_.run(
        "SELECT user_key, role, muted_until, joined_at FROM group_members WHERE group_key = :group AND user_key = "
        ":user",
        "ttnn", group, user);
    while (row.next()) found = read_member(row, 0);
    return found;
  });
}

Result<void> SociMembers::change(const GroupKey& group, const Member& member) {
  return guarded(log_, [&]() -> Result<void> {
    db_.run("UPDATE group_members SET role = :role, muted_until = :muted WHERE group_key = :group AND user_key = :user",
            "", letter(member.role), member.muted_until, group, member.user);
    return {};
  });
}

Result<std::vector<user::MemberRow>> SociMembers::list(const GroupKey& group, const UserKey& after, std::size_t limit) {
  return guarded(log_, [&]() -> Result<std::vector<user::MemberRow>> {
    std::vector<user::MemberRow> rows;
    auto& row = db_.run(
        "SELECT m.user_key, m.role, m.muted_until, m.joined_at, a.name, a.avatar FROM group_members m "
        "JOIN accounts a ON a.user_key = m.user_key WHERE m.group_key = :group AND m.user_key > :after "
        "ORDER BY m.user_key LIMIT :n",
        "ttnntt", group, after, limit);
    while (row.next()) {
      rows.push_back(
          {.member = read_member(row, 0), .card = {.key = row.text(0), .name = row.text(4), .avatar = row.text(5)}});
    }
    return rows;
  });
}

Result<std::vector<UserKey>> SociMembers::managers(const GroupKey& group) {
  return guarded(log_, [&]() -> Result<std::vector<UserKey>> {
    return read_keys(
        db_.run("SELECT user_key FROM group_members WHERE group_key = :group AND role IN ('o', 'a')", "t", group));
  });
}

Result<std::vector<UserKey>> SociMembers::keys(const GroupKey& group) {
  return guarded(log_, [&]() -> Result<std::vector<UserKey>> {
    return read_keys(
        db_.run("SELECT user_key FROM group_members WHERE group_key = :group ORDER BY user_key", "t", group));
  });
}

}  // namespace godwit::engine::soci
