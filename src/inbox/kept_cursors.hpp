#pragma once
#include <atomic>
#include <optional>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "inbox/write_behind.hpp"
#include "offline/cursor_store.hpp"

namespace godwit::inbox {

/// A cursor store that may lose what it holds, and what it is told also kept elsewhere: positions a moment later, a new
/// device at once, for else it would be shown all that is kept where it has to begin behind the others. Where the store
/// is away devices are adopted all the same; it learns of them when they come, and is asked by one login a second.
/// Thread-safe.
class KeptCursors final : public offline::CursorStore {
 public:
  KeptCursors(offline::CursorStore& store, offline::Positions& positions, WriteBehind& behind, const Clock& clock)
      : store_(store), positions_(positions), behind_(behind), clock_(clock) {}

  Task<Result<offline::UserRows>> rows(const UserKey& user, const DeviceId& device) override {
    return store_.rows(user, device);
  }
  Task<Result<std::optional<offline::Row>>> row(const UserKey& user, const Conversation& conversation) override {
    return store_.row(user, conversation);
  }
  Task<Result<std::vector<Seq>>> read_positions(Readers readers) override {
    return store_.read_positions(std::move(readers));
  }
  Task<Result<std::vector<Result<Standing>>>> standings(const std::vector<offline::Acknowledged>& devices) override {
    return store_.standings(devices);
  }
  /// unavailable, too, where too many wait to be kept: it was moved, and may be moved again.
  Task<Result<Moved>> set_read(const UserKey& user, const Conversation& conversation, Seq seq) override;
  Task<Result<void>> advance(std::vector<offline::Acknowledged> devices) override;
  Task<Result<void>> adopt_device(const UserKey& user, const DeviceId& device) override;
  Task<Result<bool>> knows_device(const UserKey& user, const DeviceId& device) override;

 private:
  /// Of what a login asked the store: false where it is away.
  bool there(const std::optional<Error>& error);
  [[nodiscard]] bool away() const { return clock_.now() < away_until_.load(std::memory_order_relaxed); }

  offline::CursorStore& store_;
  offline::Positions& positions_;
  WriteBehind& behind_;
  const Clock& clock_;
  std::atomic<Millis> away_until_{0};
};

}  // namespace godwit::inbox
