#pragma once
#include <array>
#include <atomic>
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"
#include "base/executor.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "dispatch/ledger.hpp"
#include "dispatch/ledger_store.hpp"
#include "dispatch/relay.hpp"
#include "dispatch/turn.hpp"

namespace godwit::dispatch {

/// Numbers the conversations of the shards that this dispatcher owns, on a LedgerStore that all dispatchers share (ADR
/// 0022). Whatever waits becomes one transaction; answers come after its commit. It owns a shard while the store says
/// so: nothing that it believes is more than a guess until a fence has held. All state lives on `executor`, so there is
/// no lock; the contract's calls may come from any thread.
class Sequencer final : public sequencer::Service, public OrderedCommits {
 public:
  struct Settings {
    std::size_t batch_drafts = 256, batch_bytes = 1 << 20;
    std::size_t waiting = 16'384, waiting_bytes = 32 << 20;  ///< above either: unavailable, at once
    std::size_t heads = 262'144;                             ///< conversations whose last number is remembered
    std::chrono::milliseconds lease{6000}, beat{1000};       ///< how often the lease is renewed
    std::chrono::milliseconds patience{2000};                ///< how long a draft waits
  };
  struct Ports {
    LedgerStore& store;
    Relay& relay;
    Executor& executor;
  };
  /// `self.name` is new with each start: nothing that an earlier one left under way is taken for this one's.
  Sequencer(Ports ports, Dispatcher self, Settings settings, const Clock& clock, Log& log, Metrics& metrics);

  void on_commit(Listener listener) override { listener_ = std::move(listener); }
  void on_taken(Taken taken) override { taken_ = std::move(taken); }
  void start();
  /// Gives its shards back, after what is being committed; drafts that wait are unavailable. Nothing runs after it.
  Task<void> stop();

  Task<Result<sequencer::Numbered>> number(Draft draft) override;
  Task<Result<std::vector<Position>>> committed() override;
  Task<Result<std::vector<MessagePtr>>> tail(Stretch stretch) override;

  [[nodiscard]] const Dispatcher& self() const noexcept { return self_; }
  /// Shards that it numbers now. Any thread.
  [[nodiscard]] std::size_t owned() const noexcept { return open_.load(std::memory_order_relaxed); }
  /// Which these are, ascending. Any thread.
  [[nodiscard]] std::vector<Shard> owned_shards() const;
  /// Shards that are to be its own and are not yet: nobody knows which before the first roll, so all. Any thread.
  [[nodiscard]] std::size_t missing() const noexcept { return missing_.load(std::memory_order_relaxed); }

 private:
  using Answer = Result<sequencer::Numbered>;
  struct Waiting {
    Draft draft;
    std::move_only_function<void(Answer)> done;  // empty: answered
    Shard shard = 0;
    std::size_t weight = 0;
    std::uint64_t until = 0;  // ticks
    int tries = 0;
  };
  using WaitingPtr = std::shared_ptr<Waiting>;
  enum class Stand : std::uint8_t { opening, open, leaving };
  struct Held {            // a shard that the store says is ours
    std::uint64_t id = 0;  // another after it was lost and taken again
    Epoch epoch = 0;
    Position position = 0;
    Stand stand = Stand::opening;
    std::unordered_map<Conversation, Head> heads;
  };
  /// One transaction, from the taking of its drafts to its answers.
  struct Flight {
    struct Numbered {
      WaitingPtr waiting;
      Published published;
      std::vector<WaitingPtr> twins;  // the same `once`: they get its result
    };
    std::vector<WaitingPtr> taken;
    std::unordered_map<Shard, std::uint64_t> held;  // the ids of the shards as they were when the drafts were taken
    Batch batch;
    std::vector<Numbered> numbered;
    std::unordered_map<Conversation, Head> heads;
    std::unordered_map<std::string, std::size_t> by_once;  // → numbered
    std::unordered_map<Shard, Position> rows;              // how many each shard has in it
  };

  /// Of the store: transactions of one part follow each other, those of several run beside each other.
  struct Part {
    std::deque<WaitingPtr> ready;  // drafts of open shards
    const Flight* in_flight = nullptr;
    bool driving = false;
    unsigned wary = 0;  // how many transactions look for repeats first: others' keys were met
  };

  // sequencer.cpp: drafts that come, wait, give up
  void take_in(Draft draft, std::move_only_function<void(Answer)> done);
  void place(WaitingPtr waiting);
  void answer(Waiting& waiting, Answer with);
  Task<void> watch();
  void give_up_late_ones();
  void run(Task<void> task);

  // commit_batch.cpp: drafts that become rows
  void wake(Part& part);
  Task<void> drive(Part& part);
  std::vector<WaitingPtr> take_batch(Part& part);
  Task<void> commit(Flight& flight);
  void forget_heads(Shard shard);
  LookUp unknown_of(Flight& flight);
  [[nodiscard]] bool ours(const Flight& flight, Shard shard) const;
  void assemble(Flight& flight, const Known& known);
  void assign(Flight& flight, const WaitingPtr& waiting, Held& held, const Known& known);
  void finish(Flight& flight);
  void answer_all(const Flight& flight);
  void retry(Flight& flight);
  Task<std::optional<Outcome>> resolve(const Flight& flight);
  Task<std::optional<Outcome>> read_back(const Flight& flight);
  Task<std::optional<Outcome>> look_for(const Flight& flight);

  // own_shards.cpp: which shards are ours
  Task<void> attend();
  Task<Result<void>> call_roll(std::vector<Shard> retake);
  void hurry();
  [[nodiscard]] std::vector<Shard> wanted() const;
  [[nodiscard]] std::vector<Shard> unwanted();
  void learn(Roll roll);
  void learn(const ShardState& state);
  void take(const ShardState& state);
  void drop(Shard shard);
  Task<void> open(Shard shard, std::uint64_t id, Position relayed);
  void unpark(Shard shard);
  void count_shards();
  [[nodiscard]] const Dispatcher* live(const std::string& name) const;

  void tell(const std::vector<MessagePtr>& messages) {
    if (listener_ && !messages.empty()) listener_(messages);
  }

  LedgerStore& store_;
  Relay& relay_;
  Executor& executor_;
  const Dispatcher self_;
  const Settings settings_;
  const Clock& clock_;
  Log& log_;
  Counter& commits_;
  Counter& rows_;
  Counter& fenced_;
  Counter& unknown_;
  Listener listener_;
  Taken taken_;

  [[nodiscard]] Part& part_of(Shard shard) { return parts_[store_.part_of(shard)]; }

  std::array<std::unique_ptr<Held>, kShards> held_;
  std::vector<Part> parts_;
  std::array<std::deque<WaitingPtr>, kShards> parked_;  // drafts of shards that are nobody's, or not open yet
  std::deque<WaitingPtr> by_age_;                       // all, the oldest first
  std::size_t waiting_ = 0, waiting_bytes_ = 0, heads_ = 0;
  std::uint64_t ticks_ = 0, next_id_ = 1;
  Roll roll_;
  Turn roll_turn_;
  std::vector<std::move_only_function<void(Result<std::vector<Position>>)>> askers_;
  bool asking_ = false;
  Task<void> ask_store();

  bool hurrying_ = false, stopping_ = false;
  std::size_t running_ = 0;
  std::atomic<std::size_t> open_{0}, missing_{kShards};
  std::array<std::atomic<bool>, kShards> shown_{};  // for other threads: which are open
};

}  // namespace godwit::dispatch
