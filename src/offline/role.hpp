#pragma once
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "base/executor.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "offline/cursor_store.hpp"
#include "offline/settings.hpp"
#include "offline/timeline.hpp"
#include "offline/unread_counts.hpp"
#include "service/archive.hpp"
#include "service/bus.hpp"
#include "service/call_table.hpp"
#include "service/dispatch.hpp"
#include "service/offline.hpp"
#include "service/routes.hpp"
#include "service/user.hpp"

namespace godwit::offline {

/// What a request reads the inbox from.
struct Stores {
  Timeline* timeline = nullptr;
  CursorStore* cursors = nullptr;
};

/// The offline role: everybody's inbox. Thread-safe; everything it is given outlives it.
class OfflineRole final : public Service {
 public:
  /// `while_late`: read where the bus does not settle: nothing that was answered is missing in them. None: whoever
  /// reads is told unavailable.
  OfflineRole(Timeline& timeline, CursorStore& cursors, dispatch::Bus& bus, user::Service& users,
              archive::Service& archive, dispatch::Service& dispatch, const Settings& settings, const Clock& clock,
              Log& log, Metrics& metrics, Stores while_late = {});
  ~OfflineRole() override;

  /// Registers the handler of Topic::offline: before the bus starts.
  void consume();
  /// Sweeps what expired, for ever, on `executor`, which must outlive its jobs; ends by itself when the role is gone.
  void start_sweeping(Executor& executor);
  /// One step; true when every conversation was looked at.
  Task<Result<bool>> sweep();

  [[nodiscard]] gateway::RoleClient& calls() noexcept { return calls_; }

  Task<Result<void>> adopt_device(const UserKey& user, const DeviceId& device) override;
  Task<Result<bool>> knows_device(const UserKey& user, const DeviceId& device) override;
  Task<Result<void>> acknowledge(std::vector<Acknowledged> devices) override;
  Task<Result<ReadRanges>> ranges(const UserKey& user, const Conversation& conversation) override;
  Task<Result<OpenReaders>> readers(const Conversation& conversation) override;
  Task<Result<std::vector<MessagePtr>>> tail(const Conversation& conversation, Seq after, Seq before, std::size_t limit,
                                             bool newest) override;

 private:
  // routes, one file each
  Task<gateway::Answer> pull_inbox(gateway::Call& call);
  Task<gateway::Answer> post_acks(gateway::Call& call);
  Task<gateway::Answer> list_conversations(gateway::Call& call);
  Task<gateway::Answer> put_read(gateway::Call& call);

  Task<void> give_place(Stores from, const Identity& who);
  /// All or nothing, of a device's owner who wants to hear what is not theirs: not_found.
  Task<Result<void>> acknowledge_own(Acknowledged own);
  /// The user's row as it is after everything that was answered. A friend without messages has an empty row. not_found.
  Task<Result<Row>> own_row(UserKey user, Conversation conversation);
  /// What everything that was answered is in.
  Task<Result<Stores>> settled();
  /// The message that `row`'s user sees last; nullptr where nothing of it is left.
  Task<Result<MessagePtr>> last_of(Stores from, const Row& row, Slice slice);
  Task<Result<std::uint64_t>> unread_of(Stores from, const UserKey& user, const Row& row);
  [[nodiscard]] Millis alive_since() const;

  Timeline& timeline_;
  CursorStore& cursors_;
  const Stores while_late_;
  dispatch::Bus& bus_;
  user::Service& users_;
  archive::Service& archive_;
  dispatch::Service& dispatch_;
  const Settings settings_;
  const Clock& clock_;
  Log& log_;
  Counter& pulled_;
  Counter& expired_;
  Counter& late_;
  UnreadCounts counts_;
  std::uint64_t swept_ = 0;             // in this round of the sweep, which alone touches it
  std::shared_ptr<OfflineRole*> self_;  // what the sweep's jobs hold: nullptr when the role is gone

  using Calls = gateway::CallTable<OfflineRole>;
  static std::vector<Calls::Binding> bindings();
  Calls calls_{*this, kRoutes, bindings()};
};

}  // namespace godwit::offline
