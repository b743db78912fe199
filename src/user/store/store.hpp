#pragma once
#include <functional>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/task.hpp"
#include "user/store/write_locks.hpp"

namespace godwit::user {

class AccountStore;
class SessionStore;
class FriendStore;
class BlockStore;
class FriendRequestStore;
class GroupRequestStore;
class GroupStore;
class MemberStore;
class ServiceKeyStore;
class NoticeOutbox;
class AdminStore;
class AuditStore;
class TidyStore;
class InviteStore;
class ChangeOutbox;

/// What one transaction can reach. References live as long as the transaction. A port is used by whoever includes its
/// header: that is how a use case says what it takes.
struct Tables {
  AccountStore& accounts;
  SessionStore& sessions;
  FriendStore& friends;
  BlockStore& blocks;
  FriendRequestStore& friend_requests;
  GroupRequestStore& group_requests;
  GroupStore& groups;
  MemberStore& members;
  ServiceKeyStore& service_keys;
  NoticeOutbox& outbox;
  AdminStore& admins;
  AuditStore& audit;
  TidyStore& tidy;
  InviteStore& invites;
  ChangeOutbox& changes;
  WriteLocks& locks;  ///< of writes
};

/// See WriteLocks. Empty keys are nobody's.
[[nodiscard]] inline Result<void> hold(Tables& tables, std::vector<UserKey> users, std::vector<GroupKey> groups = {}) {
  std::erase(users, UserKey{});
  return tables.locks.hold(users, groups);
}

/// How sure a write is when it is answered.
enum class Durability : char {
  synced,   ///< survives a power cut: whatever a client is told about
  relaxed,  ///< survives the process; a power cut may undo it (only what can be done again)
};

/// The port that runs work in a transaction of the relational store. Work is a plain function (no coroutine), runs on a
/// thread of the engine's, and must not wait for anything but the tables.
///   - work may run again from its start, after what it did was undone (two writes that wait for each other, a lost
///   connection): it leaves no trace outside but what each run begins anew, and answers by its result. The last run
///   counts.
///   - read: one state, a snapshot that holds everything that was answered before. Reads take turns by `lane`: whoever
///   a read is for, where it may be long (a list) or many of them may wait; empty for what is short.
///   - write: as if one after the other, for writes that `hold` whom they decide about (WriteLocks) before they look.
///     An error from the work undoes all of it and is answered; so does a failure to commit (unavailable). After that
///     the work may or may not stand: do it again only where that is harmless.
///   - too much waiting: unavailable at once.
class Store {
 public:
  virtual ~Store() = default;

  using Work = std::function<Result<void>(Tables&)>;
  virtual Task<Result<void>> run_read(const Work& work, std::string lane) = 0;
  virtual Task<Result<void>> run_write(const Work& work, Durability durability) = 0;

  /// `work(Tables&)` → Result<T>.
  template <class F, class R = std::invoke_result_t<F&, Tables&>>
  Task<R> read(F work, std::string lane = {}) {
    Kept<F, R> kept{work};
    const Work erased = [&kept](Tables& tables) { return kept(tables); };
    auto done = co_await run_read(erased, std::move(lane));
    co_return kept.take(std::move(done));
  }
  template <class F, class R = std::invoke_result_t<F&, Tables&>>
  Task<R> write(F work, Durability durability = Durability::synced) {
    Kept<F, R> kept{work};
    const Work erased = [&kept](Tables& tables) { return kept(tables); };
    auto done = co_await run_write(erased, durability);
    co_return kept.take(std::move(done));
  }

 private:
  template <class F, class R>
  struct Kept {
    F& work;
    std::optional<R> result{};

    Result<void> operator()(Tables& tables) {
      result.emplace(work(tables));
      if (!*result) return std::unexpected(result->error());
      return {};
    }
    R take(Result<void> done) {
      if (!done) return std::unexpected(std::move(done).error());
      return std::move(*result);
    }
  };
};

}  // namespace godwit::user
