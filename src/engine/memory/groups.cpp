#include <algorithm>

#include "engine/memory/accounts_tables.hpp"

namespace godwit::engine::memory {
namespace {
/// Runs `each(user, row)` over what stands at (group, user), ascending; it answers whether to go on.
template <class Rows, class Each>
void walk(const Rows& rows, const GroupKey& group, const UserKey& after, Each each) {
  for (auto at = rows.upper_bound({group, after}); at != rows.end() && at->first.first == group; ++at) {
    if (!each(at->first.second, at->second)) return;
  }
}

template <class Rows>
void erase_of(Rows& rows, const GroupKey& group) {
  std::erase_if(rows, [&](const auto& row) { return row.first.first == group; });
}
}  // namespace

Result<void> Groups::add(const Group& group) {
  auto& kept = rows_.groups.change()[group.key];
  kept.group = group;
  kept.group.member_count = 0;
  return {};
}

Result<std::optional<Group>> Groups::find(const GroupKey& key) {
  const auto* kept = rows_.groups.find(key);
  return kept == nullptr || kept->dissolved ? std::nullopt : std::optional(kept->group);
}

Result<void> Groups::change(const Group& group) {
  auto* kept = rows_.groups.change(group.key);
  if (kept == nullptr) return {};
  const auto before = kept->group;
  kept->group = group;
  kept->group.member_count = before.member_count;
  kept->group.created_at = before.created_at;
  return {};
}

Result<void> Groups::dissolve(const GroupKey& key) {
  auto* kept = rows_.groups.change(key);
  if (kept == nullptr) return {};
  kept->dissolved = true;
  kept->group.member_count = 0;
  erase_of(rows_.members.change(), key);
  erase_of(rows_.mutes.change(), key);
  return {};
}

Result<std::vector<user::GroupOfMine>> Groups::list(const UserKey& user, const GroupKey& after, std::size_t limit) {
  return page<user::GroupOfMine>(rows_.groups.rows(), after, limit, [&](const GroupKey& key, const KeptGroup& kept) {
    const auto* mine = rows_.members.find({key, user});
    return mine == nullptr ? std::nullopt : std::optional(user::GroupOfMine{.group = kept.group, .mine = *mine});
  });
}

Result<std::shared_ptr<const Roster>> Groups::roster(const GroupKey& key) {
  TRY(auto group, find(key));
  if (!group) return nullptr;
  auto roster = std::make_shared<Roster>();
  roster->group = std::move(*group);
  TRY(auto audience, Members(rows_).keys(key));
  for (const auto& user : audience) roster->members.emplace(user, *rows_.members.find({key, user}));
  roster->audience = std::make_shared<const std::vector<UserKey>>(std::move(audience));
  return roster;
}

Result<std::vector<Card>> Groups::cards(std::span<const GroupKey> keys) {
  std::vector<Card> cards;
  for (const auto& key : keys) {
    const auto* kept = rows_.groups.find(key);
    cards.push_back(kept == nullptr ? Card{}
                                    : Card{.key = key.str(), .name = kept->group.name, .avatar = kept->group.avatar});
  }
  return cards;
}

Result<bool> Members::add(const GroupKey& group, const Member& member) {
  const std::pair key{group, member.user};
  if (rows_.members.find(key) != nullptr) return false;
  auto& row = rows_.members.change()[key] = member;
  if (const auto* mute = rows_.mutes.find(key)) {
    row.muted_until = std::max(member.muted_until, *mute);
    rows_.mutes.change().erase(key);
  }
  if (auto* kept = rows_.groups.change(group)) ++kept->group.member_count;
  return true;
}

Result<bool> Members::remove(const GroupKey& group, const UserKey& user) {
  const std::pair key{group, user};
  const auto* member = rows_.members.find(key);
  if (member == nullptr) return false;
  if (member->muted_until > 0) rows_.mutes.change()[key] = member->muted_until;
  rows_.members.change().erase(key);
  if (auto* kept = rows_.groups.change(group)) --kept->group.member_count;
  return true;
}

Result<std::optional<Member>> Members::find(const GroupKey& group, const UserKey& user) {
  const auto* member = rows_.members.find({group, user});
  return member == nullptr ? std::nullopt : std::optional(*member);
}

Result<void> Members::change(const GroupKey& group, const Member& member) {
  if (auto* row = rows_.members.change(std::pair{group, member.user})) {
    row->role = member.role;
    row->muted_until = member.muted_until;
  }
  return {};
}

Result<std::vector<user::MemberRow>> Members::list(const GroupKey& group, const UserKey& after, std::size_t limit) {
  std::vector<user::MemberRow> list;
  walk(rows_.members.rows(), group, after, [&](const UserKey& user, const Member& member) {
    if (list.size() < limit) list.push_back({.member = member, .card = card_of(rows_, user)});
    return list.size() < limit;
  });
  return list;
}

Result<std::vector<UserKey>> Members::managers(const GroupKey& group) {
  std::vector<UserKey> keys;
  walk(rows_.members.rows(), group, {}, [&](const UserKey& user, const Member& member) {
    if (member.role != Role::member) keys.push_back(user);
    return true;
  });
  return keys;
}

Result<std::vector<UserKey>> Members::keys(const GroupKey& group) {
  std::vector<UserKey> keys;
  walk(rows_.members.rows(), group, {}, [&](const UserKey& user, const Member&) {
    keys.push_back(user);
    return true;
  });
  return keys;
}

Result<user::Memberships> Members::count(const UserKey& user) {
  user::Memberships count;
  for (const auto& [key, member] : rows_.members.rows()) {
    if (key.second != user) continue;
    ++count.all;
    count.owned += member.role == Role::owner ? 1 : 0;
  }
  return count;
}

}  // namespace godwit::engine::memory
