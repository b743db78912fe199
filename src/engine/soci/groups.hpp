#pragma once
#include "engine/soci/failure.hpp"
#include "user/store/group_store.hpp"

namespace godwit::engine::soci {

/// The first eight columns: group_key, name, notice, avatar, join_policy, owner_key, member_count, created_at.
[[nodiscard]] Group read_group(const SociQuery& row);

class SociGroups final : public user::GroupStore {
 public:
  SociGroups(SociConnection& connection, Log& log) : db_(connection), log_(log) {}

  Result<void> add(const Group& group) override;
  Result<std::optional<Group>> find(const GroupKey& key) override;
  Result<void> change(const Group& group) override;
  Result<void> dissolve(const GroupKey& key) override;
  Result<std::vector<user::GroupOfMine>> list(const UserKey& user, const GroupKey& after, std::size_t limit) override;
  Result<std::shared_ptr<const Roster>> roster(const GroupKey& key) override;
  Result<std::vector<Card>> cards(std::span<const GroupKey> keys) override;

 private:
  SociConnection& db_;
  Log& log_;
};

class SociMembers final : public user::MemberStore {
 public:
  SociMembers(SociConnection& connection, Log& log) : db_(connection), log_(log) {}

  Result<bool> add(const GroupKey& group, const Member& member) override;
  Result<bool> remove(const GroupKey& group, const UserKey& user) override;
  Result<std::optional<Member>> find(const GroupKey& group, const UserKey& user) override;
  Result<void> change(const GroupKey& group, const Member& member) override;
  Result<std::vector<user::MemberRow>> list(const GroupKey& group, const UserKey& after, std::size_t limit) override;
  Result<std::vector<UserKey>> managers(const GroupKey& group) override;
  Result<std::vector<UserKey>> keys(const GroupKey& group) override;
  Result<user::Memberships> count(const UserKey& user) override;

 private:
  /// The mute that was kept for somebody who left; it is not kept any longer.
  Millis take_mute(const GroupKey& group, const UserKey& user);

  SociConnection& db_;
  Log& log_;
};

}  // namespace godwit::engine::soci
