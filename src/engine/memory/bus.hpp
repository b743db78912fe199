#pragma once
#include <condition_variable>
#include <memory>

#include "base/executor.hpp"
#include "engine/memory/ledger.hpp"

namespace godwit::engine::memory {

/// The bus on the ledger's log, and what its consumers put aside. A topic's handler runs on the executor given for it,
/// a batch after the other. A batch that is refused is handed over message by message.
class MemoryBus final : public dispatch::Bus, public dispatch::DeadLetters {
 public:
  /// Where the topics' handlers run, and where a wait is given up. May be one and the same; outlive the bus.
  struct Homes {
    Executor &store, &offline, &deadlines;
  };
  /// `disk`, `ledger` and `clock` outlive it.
  MemoryBus(MessagesDisk& disk, MemoryLedger& ledger, Homes homes, const Clock& clock);
  MemoryBus(const MemoryBus&) = delete;
  MemoryBus& operator=(const MemoryBus&) = delete;
  ~MemoryBus() override;

  void consume(dispatch::Topic topic, Handler handler) override;
  void start() override;
  /// Waits for a handler that is busy on another thread; called on a topic's own executor it waits for none there.
  void stop() override;
  Task<Result<void>> settled(dispatch::Topic topic) override;
  [[nodiscard]] std::uint64_t lag(dispatch::Topic topic) const override;

  Task<Result<void>> add(dispatch::DeadLetter letter) override;
  Task<Result<std::vector<dispatch::DeadLetter>>> list(std::optional<dispatch::DeadLetter::Place> after,
                                                       std::size_t limit) override;
  Task<Result<void>> replay(dispatch::DeadLetter::Place place) override;
  Task<Result<void>> drop(dispatch::DeadLetter::Place place) override;
  [[nodiscard]] std::size_t size() const override;

 private:
  struct Consumer;
  class State;  // shared with what was posted, which may run after the bus is gone

  MessagesDisk& disk_;
  MemoryLedger& ledger_;
  std::shared_ptr<State> state_;
};

}  // namespace godwit::engine::memory
