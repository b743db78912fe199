#include "dispatch/sequencer.hpp"

#include <algorithm>

namespace godwit::dispatch {

using sequencer::Numbered;
using std::chrono::milliseconds;

namespace {
constexpr int kTicks = 8;  // of a draft's patience
constexpr std::size_t kMostAskers = 16'384;

std::size_t weight_of(const Draft& draft) {
  const auto& message = draft.message;
  return 512 + message.text.size() + draft.once.size() + 32 * (message.joined.size() + message.left.size());
}

Error busy(std::string detail) {
  return {.code = Code::unavailable, .detail = std::move(detail), .retry_after_s = 1};
}
}  // namespace

Sequencer::Sequencer(Ports ports, Dispatcher self, Settings settings, const Clock& clock, Log& log, Metrics& metrics)
    : store_(ports.store),
      relay_(ports.relay),
      executor_(ports.executor),
      self_(std::move(self)),
      settings_(settings),
      clock_(clock),
      log_(log),
      commits_(metrics.counter("godwit_sequencer_commits_total", "Transactions of the ledger that were committed.")),
      rows_(metrics.counter("godwit_sequencer_rows_total", "Messages that they numbered.")),
      fenced_(metrics.counter("godwit_sequencer_fenced_total", "Transactions refused: another owns a shard now.")),
      unknown_(metrics.counter("godwit_sequencer_unknown_total", "Transactions whose outcome had to be read back.")) {
  for (Shard shard = 0; shard < kShards; ++shard)
    parts_.resize(std::max(parts_.size(), store_.part_of(shard) + 1));
  metrics.gauge("godwit_sequencer_shards", "Shards that this process numbers.",
                [this] { return static_cast<double>(owned()); });
}

void Sequencer::run(Task<void> task) {
  ++running_;
  spawn([](Sequencer& self, Task<void> own) -> Task<void> {
    co_await std::move(own);
    --self.running_;
  }(*this, std::move(task)));
}

void Sequencer::start() {
  executor_.post([this] {
    run(attend());
    run(watch());
  });
}

Task<void> Sequencer::stop() {
  co_await resume_on(executor_);
  stopping_ = true;
  while (std::ranges::any_of(parts_, &Part::driving)) co_await sleep_for(executor_, milliseconds(10));
  for (const auto& waiting : by_age_) answer(*waiting, std::unexpected(busy("this dispatcher stops")));
  (void)co_await call_roll({});  // where it fails, the lease runs out
  while (running_ > 0 || asking_) co_await sleep_for(executor_, milliseconds(10));
  co_await relay_.stop();
}

Task<Result<Numbered>> Sequencer::number(Draft draft) {
  co_return co_await completion<Answer>([this, &draft](auto done) {
    executor_.post([this, draft = std::move(draft), done = std::move(done)]() mutable {
      take_in(std::move(draft), std::move(done));
    });
  });
}

void Sequencer::take_in(Draft draft, std::move_only_function<void(Answer)> done) {
  const auto weight = weight_of(draft);
  if (stopping_) return done(std::unexpected(busy("this dispatcher stops")));
  if (relay_.full()) return done(std::unexpected(busy("the message broker takes nothing")));
  const bool room = waiting_bytes_ + weight <= settings_.waiting_bytes || waiting_ == 0;
  if (waiting_ >= settings_.waiting || !room) return done(std::unexpected(busy("too many writes are waiting")));
  auto waiting = std::make_shared<Waiting>();
  waiting->shard = shard_of(draft.message.conversation);
  waiting->draft = std::move(draft);
  waiting->done = std::move(done);
  waiting->weight = weight;
  waiting->until = ticks_ + kTicks;
  ++waiting_;
  waiting_bytes_ += weight;
  by_age_.push_back(waiting);
  place(std::move(waiting));
}

void Sequencer::place(WaitingPtr waiting) {
  if (!waiting->done) return;
  const auto shard = waiting->shard;
  const auto* held = held_[shard].get();
  if (held != nullptr && held->stand == Stand::open) {
    part_of(shard).ready.push_back(std::move(waiting));
    return wake(part_of(shard));
  }
  if (held == nullptr && !roll_.shards.empty()) {
    const auto* owner = live(roll_.shards[shard].owner);
    if (owner != nullptr && owner->name != self_.name) return answer(*waiting, *owner);
  }
  parked_[shard].push_back(std::move(waiting));
  if (held == nullptr) hurry();
}

void Sequencer::answer(Waiting& waiting, Answer with) {
  if (!waiting.done) return;
  auto done = std::exchange(waiting.done, nullptr);
  --waiting_;
  waiting_bytes_ -= waiting.weight;
  done(std::move(with));
}

Task<void> Sequencer::watch() {
  while (!stopping_) {
    co_await sleep_for(executor_, settings_.patience / kTicks);
    ++ticks_;
    give_up_late_ones();
  }
}

void Sequencer::give_up_late_ones() {
  const auto tidy = [](std::deque<WaitingPtr>& line) {
    while (!line.empty() && !line.front()->done) line.pop_front();
  };
  while (!by_age_.empty() && (!by_age_.front()->done || by_age_.front()->until < ticks_)) {
    const auto waiting = by_age_.front();
    by_age_.pop_front();
    answer(*waiting, std::unexpected(busy(held_[waiting->shard] ? "the ledger's store does not answer"
                                                                : "nobody numbers this conversation right now")));
    tidy(parked_[waiting->shard]);
  }
  for (auto& part : parts_) tidy(part.ready);
}

Task<Result<std::vector<Position>>> Sequencer::committed() {
  co_return co_await completion<Result<std::vector<Position>>>([this](auto done) {
    executor_.post([this, done = std::move(done)]() mutable {
      if (stopping_ || askers_.size() >= kMostAskers) return done(std::unexpected(busy("too many readers wait")));
      askers_.push_back(std::move(done));
      if (!std::exchange(asking_, true)) spawn(ask_store());
    });
  });
}

/// One read answers all who asked before it began. From the store, not from memory: an owner that was fenced and does
/// not know it yet would tell of too little.
Task<void> Sequencer::ask_store() {
  while (!askers_.empty()) {
    auto askers = std::exchange(askers_, {});
    const auto known = co_await store_.look_up({.sent = {}, .heads = {}, .shards = true});
    std::vector<Position> positions;
    if (known)
      for (const auto& shard : known->shards) positions.push_back(shard.position);
    for (auto& done : askers) {
      if (known)
        done(positions);
      else
        done(std::unexpected(known.error()));
    }
  }
  asking_ = false;
}

Task<Result<std::vector<MessagePtr>>> Sequencer::tail(Stretch stretch) {
  return store_.tail(std::move(stretch));
}

}  // namespace godwit::dispatch
