#pragma once
#include "base/clock.hpp"
#include "engine/memory/messages_disk.hpp"

namespace godwit::engine::memory {

/// The ledger in memory: a draft is numbered, logged and told on the appender's thread, before `append` comes back. The
/// listener must not append.
class MemoryLedger final : public dispatch::Ledger, public dispatch::OrderedCommits {
 public:
  /// `disk` and `clock` outlive it.
  MemoryLedger(MessagesDisk& disk, const Clock& clock) : disk_(disk), clock_(clock) {}

  Task<Result<dispatch::Published>> append(dispatch::Draft draft) override;
  Task<Result<std::optional<dispatch::Published>>> find(const std::string& once) override;
  void on_commit(Listener listener) override { listener_ = std::move(listener); }

  /// `wake` is called after each commit, from the appender's thread; empty: nobody is woken. For the bus.
  void when_logged(std::function<void()> wake);

 private:
  Result<dispatch::Published> commit(dispatch::Draft draft);

  MessagesDisk& disk_;
  const Clock& clock_;
  std::mutex committing_;  // held until the listener was told, so that it hears in order
  Listener listener_;
  std::function<void()> wake_;
};

}  // namespace godwit::engine::memory
