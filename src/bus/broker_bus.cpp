#include "bus/broker_bus.hpp"

#include <algorithm>

namespace godwit::bus {

using dispatch::Topic;
using std::chrono::milliseconds;

namespace {
constexpr std::size_t kMostReaders = 16'384;
constexpr int kTicks = 8;  // of a reader's patience

std::size_t index(Topic topic) { return static_cast<std::size_t>(topic); }

bool covers(const std::vector<Position>& applied, const std::vector<Position>& committed) {
  return applied.size() == committed.size() && std::ranges::equal(applied, committed, std::ranges::greater_equal());
}

Result<void> on_its_way() { return fail(Code::unavailable, "what was sent last is still on its way"); }
}  // namespace

BrokerBus::BrokerBus(Ports ports, Settings settings, Log& log, Metrics& metrics)
    : ports_(ports),
      settings_(settings),
      log_(log),
      pages_(metrics.counter("godwit_bus_pages_total", "Pages of committed messages that were taken.")),
      unreadable_(metrics.counter("godwit_bus_unreadable_pages_total", "Pages that nobody can read: put aside.")),
      caught_up_(
          metrics.counter("godwit_bus_caught_up_total",
                          "Messages that were read from the ledger, as the broker did not deliver them in time.")) {}

void BrokerBus::consume(Topic topic, Handler handler) { handlers_[index(topic)] = std::move(handler); }

void BrokerBus::count(Task<void> task) {
  ++running_;
  spawn([](BrokerBus& self, Task<void> own) -> Task<void> {
    co_await std::move(own);
    --self.running_;
  }(*this, std::move(task)));
}

void BrokerBus::start() {
  ports_.executor.post([this] {
    for (const auto topic : {Topic::store, Topic::offline}) {
      if (!handlers_[index(topic)]) continue;
      count(run(topic));
      if (ports_.rows != nullptr) count(catch_up(topic));
    }
  });
}

void BrokerBus::stop() { stopping_.store(true); }

Task<void> BrokerBus::finish() {
  stop();
  co_await resume_on(ports_.executor);
  while (running_ > 0) co_await sleep_for(ports_.executor, milliseconds(10));
}

Task<Result<void>> BrokerBus::settled(Topic topic) { return wait_for(topic, false); }

Task<bool> BrokerBus::caught_up(Topic topic) { co_return (co_await wait_for(topic, true)).has_value(); }

Task<Result<std::vector<MessagePtr>>> BrokerBus::tail(dispatch::Stretch stretch) {
  return ports_.sequencer.tail(std::move(stretch));
}

std::uint64_t BrokerBus::lag(Topic topic) const { return lag_[index(topic)].load(std::memory_order_relaxed); }

Task<Result<void>> BrokerBus::wait_for(Topic topic, bool once) {
  co_return co_await completion<Result<void>>([this, topic, once](auto done) {
    ports_.executor.post([this, topic, once, done = std::move(done)]() mutable {
      if (stopping_.load() || asking_.size() + waiting_.size() >= kMostReaders)
        return done(fail(Code::unavailable, "too many readers are waiting"));
      asking_.push_back(
          {.topic = topic, .once = once, .until = ticks_ + kTicks - 1, .done = std::move(done), .committed = nullptr});
      if (!std::exchange(serving_, true)) count(serve());
      if (!std::exchange(watching_, true)) count(watch());
    });
  });
}

/// While there are readers: learns for all of them together how far everything is committed, and looks how far it is
/// written. That costs some milliseconds of CPU here and there, whoever asks: who comes while it is under way waits for
/// those who come right after, too.
Task<void> BrokerBus::serve() {
  while (!asking_.empty() || !waiting_.empty()) {
    if (!asking_.empty()) co_await ask();
    for (const auto topic : {Topic::store, Topic::offline}) co_await look_at(topic);
    if (!waiting_.empty())
      co_await sleep_for(ports_.executor, settings_.look);
    else if (!asking_.empty())
      co_await sleep_for(ports_.executor, settings_.gather);
  }
  serving_ = false;
}

/// By time, whatever a look takes: where applied positions are kept may be silent.
Task<void> BrokerBus::watch() {
  while (!asking_.empty() || !waiting_.empty()) {
    co_await sleep_for(ports_.executor, settings_.patience / kTicks);
    ++ticks_;
    give_up_late_ones();
  }
  watching_ = false;
}

void BrokerBus::give_up_late_ones() {
  std::vector<Done> late;
  for (auto* readers : {&asking_, &waiting_}) {
    for (auto& reader : *readers)
      if (reader.until < ticks_) late.push_back(std::move(reader.done));
    std::erase_if(*readers, [](const Reader& reader) { return !reader.done; });
  }
  for (auto& done : late) done(on_its_way());
}

/// Who asks while this is under way is told by the next one: it may have been answered meanwhile.
Task<void> BrokerBus::ask() {
  auto readers = std::exchange(asking_, {});
  auto committed = co_await ports_.sequencer.committed();
  if (!committed) {
    for (auto& reader : readers) reader.done(std::unexpected(committed.error()));
    co_return;
  }
  const auto positions = std::make_shared<const Positions>(std::move(*committed));
  committed_ = *positions;
  for (auto& reader : readers) {
    reader.committed = positions;
    waiting_.push_back(std::move(reader));
  }
}

/// Remembers whether it could be read: a store that is away is not waited for by each reader.
Task<Result<BrokerBus::Positions>> BrokerBus::read_applied(Topic topic) {
  auto heard = co_await ports_.applied.contiguous(topic);
  unknown_[index(topic)] = !heard.has_value();
  co_return heard;
}

Task<void> BrokerBus::look_at(Topic topic) {
  const auto of_topic = [topic](const Reader& reader) { return reader.topic == topic; };
  if (std::ranges::none_of(waiting_, of_topic)) co_return;
  auto& applied = applied_[index(topic)];
  // Where nothing looks again by itself, each reader does. Never taken from the last look: what was written may have
  // been lost since, with the count of it.
  const bool looked_for = ports_.rows != nullptr && handlers_[index(topic)];
  bool known = !(looked_for && unknown_[index(topic)]);
  if (known) {
    auto heard = co_await read_applied(topic);
    known = heard.has_value();
    if (heard) applied = std::move(*heard);
  }
  std::uint64_t behind = 0;
  for (std::size_t shard = 0; shard < applied.size() && shard < committed_.size(); ++shard)
    behind += committed_[shard] > applied[shard] ? committed_[shard] - applied[shard] : 0;
  lag_[index(topic)].store(behind, std::memory_order_relaxed);
  std::vector<std::pair<Done, bool>> answers;
  for (auto& reader : waiting_) {
    if (reader.topic != topic) continue;
    const bool there = covers(applied, *reader.committed);
    if (there || !known || reader.once) answers.emplace_back(std::move(reader.done), there);
  }
  std::erase_if(waiting_, [](const Reader& reader) { return !reader.done; });
  for (auto& [done, there] : answers) done(there ? Result<void>() : on_its_way());
}

}  // namespace godwit::bus
