#pragma once
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/error.hpp"
#include "domain/people.hpp"

namespace godwit::user {

struct GroupOfMine {
  Group group;
  Member mine;
};

/// The port of groups. Used inside a transaction, on its thread. Errors: unavailable. A dissolved group keeps its card
/// and key.
class GroupStore {
 public:
  virtual ~GroupStore() = default;

  /// Without members: those come by MemberStore::add, which counts them. The key is new.
  virtual Result<void> add(const Group& group) = 0;
  /// One that is not dissolved.
  virtual Result<std::optional<Group>> find(const GroupKey& key) = 0;
  /// Name, notice, avatar, policy, owner.
  virtual Result<void> change(const Group& group) = 0;
  /// Marks it, and removes its members.
  virtual Result<void> dissolve(const GroupKey& key) = 0;
  /// By key, ascending, above `after`.
  virtual Result<std::vector<GroupOfMine>> list(const UserKey& user, const GroupKey& after, std::size_t limit) = 0;
  /// One that is not dissolved, with all its members; nullptr: none.
  virtual Result<std::shared_ptr<const Roster>> roster(const GroupKey& key) = 0;
  /// In the order of `keys`, dissolved ones too; an unknown one answers a card with an empty key.
  virtual Result<std::vector<Card>> cards(std::span<const GroupKey> keys) = 0;
};

struct MemberRow {
  Member member;
  Card card;
};

/// How many groups somebody is in, and how many of these are theirs.
struct Memberships {
  std::size_t all = 0, owned = 0;
};

/// The port of memberships. As above. A mute outlives a membership: who comes back before its end is muted as before.
class MemberStore {
 public:
  virtual ~MemberStore() = default;

  /// False where they are in already. Keeps the group's count.
  virtual Result<bool> add(const GroupKey& group, const Member& member) = 0;
  virtual Result<bool> remove(const GroupKey& group, const UserKey& user) = 0;
  virtual Result<std::optional<Member>> find(const GroupKey& group, const UserKey& user) = 0;
  /// Role and mute.
  virtual Result<void> change(const GroupKey& group, const Member& member) = 0;
  /// By key, ascending, above `after`.
  virtual Result<std::vector<MemberRow>> list(const GroupKey& group, const UserKey& after, std::size_t limit) = 0;
  /// Owner and admins.
  virtual Result<std::vector<UserKey>> managers(const GroupKey& group) = 0;
  virtual Result<std::vector<UserKey>> keys(const GroupKey& group) = 0;
  virtual Result<Memberships> count(const UserKey& user) = 0;
};

}  // namespace godwit::user
