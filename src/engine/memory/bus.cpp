#include "engine/memory/bus.hpp"

#include <algorithm>
#include <array>
#include <deque>

#include "base/planted.hpp"
#include "wire/record.hpp"

namespace godwit::engine::memory {

using dispatch::Topic;
using std::chrono::milliseconds;

namespace {
constexpr std::size_t kBatch = 256;       // messages
constexpr std::size_t kWaiters = 10'000;  // of a topic
constexpr std::size_t kMostAgain = 16;
constexpr milliseconds kPatience(2000), kFirstPause(1), kLongestPause(1000);
}  // namespace

struct MemoryBus::Consumer {
  using Done = std::move_only_function<void(Result<void>)>;
  struct Waiter {
    std::uint64_t id;
    MessagesDisk::Offset target;
    Done done;
  };

  struct Again {
    MessagePtr message;
    Done done;
  };

  Topic topic;
  Executor& home;
  Handler handler{};
  bool posted = false;   // a run was posted, or goes on
  bool running = false;  // the handler has something
  milliseconds pause = kFirstPause;
  std::vector<Waiter> waiters{};
  std::deque<Again> again{};  // dead letters on their way back
};

class MemoryBus::State : public std::enable_shared_from_this<State> {
 public:
  State(MessagesDisk& disk, Homes homes, const Clock& clock)
      : disk_(disk),
        clock_(clock),
        deadlines_(homes.deadlines),
        consumers_{{{Topic::store, homes.store}, {Topic::offline, homes.offline}}} {}

  void consume(Topic topic, Handler handler) { of(topic).handler = std::move(handler); }

  void start() {
    {
      const std::lock_guard lock(mutex_);
      started_ = true;
    }
    wake();
  }

  void stop() {
    std::vector<Consumer::Done> left;
    {
      std::unique_lock lock(mutex_);
      stopped_ = true;
      for (auto& consumer : consumers_) {
        for (auto& waiter : std::exchange(consumer.waiters, {})) left.push_back(std::move(waiter.done));
        for (auto& again : std::exchange(consumer.again, {})) left.push_back(std::move(again.done));
        if (Executor::current() != &consumer.home) idle_.wait(lock, [&] { return !consumer.running; });
      }
    }
    for (auto& done : left) done(fail(Code::unavailable, "the bus has stopped"));
  }

  void wake() {
    for (auto& consumer : consumers_) wake(consumer);
  }

  void when_taken(Topic topic, Consumer::Done done) {
    auto& consumer = of(topic);
    std::uint64_t id = 0;
    {
      const std::lock_guard lock(mutex_);
      const auto [taken, end] = place(topic);
      const bool waits = taken < end && !stopped_ && consumer.waiters.size() < kWaiters;
      if (waits) consumer.waiters.push_back({id = ++last_waiter_, end, std::move(done)});
      if (!waits) id = taken < end ? 0 : kAtOnce;
    }
    if (id == kAtOnce) return done({});
    if (id == 0) return done(fail(Code::unavailable, "too many wait for what was sent last"));
    deadlines_.post_after(kPatience, [self = weak_from_this(), topic, id] {
      if (const auto alive = self.lock()) alive->give_up(topic, id);
    });
  }

  /// To the topic's handler once more, alone, between its batches.
  void hand_again(Topic topic, MessagePtr message, Consumer::Done done) {
    auto& consumer = of(topic);
    {
      const std::lock_guard lock(mutex_);
      if (started_ && !stopped_ && consumer.again.size() < kMostAgain)
        consumer.again.push_back({std::move(message), std::exchange(done, {})});
    }
    if (done) return done(fail(Code::unavailable, "no consumer runs, or too much is handed to it again"));
    wake(consumer);
  }

  /// False: the place is taken, or there is no room.
  bool put_aside(dispatch::DeadLetter letter) {
    const std::lock_guard lock(disk_.mutex);
    letter.time = clock_.now();
    std::size_t bytes = letter.record.size() + letter.reason.size();
    for (const auto& [place, kept] : disk_.letters) bytes += kept.record.size() + kept.reason.size();
    if (disk_.letters.size() >= dispatch::DeadLetters::kMost || bytes > dispatch::DeadLetters::kMostBytes) return false;
    const bool fresh = disk_.letters.emplace(letter.place, std::move(letter)).second;
    disk_.sync();
    return fresh;
  }

  [[nodiscard]] std::uint64_t lag(Topic topic) {
    const auto [taken, end] = place(topic);
    return end - taken;
  }

 private:
  static constexpr std::uint64_t kAtOnce = ~std::uint64_t{0};

  [[nodiscard]] Consumer& of(Topic topic) { return consumers_[static_cast<std::size_t>(topic)]; }
  [[nodiscard]] std::pair<MessagesDisk::Offset, MessagesDisk::Offset> place(Topic topic) {
    const std::lock_guard lock(disk_.mutex);
    return {disk_.taken[topic], disk_.end};
  }

  void wake(Consumer& consumer) {
    {
      const std::lock_guard lock(mutex_);
      if (!started_ || stopped_ || !consumer.handler || std::exchange(consumer.posted, true)) return;
    }
    consumer.home.post([self = shared_from_this(), &consumer] { spawn(run(self, consumer)); });
  }

  static Task<void> run(std::shared_ptr<State> self, Consumer& consumer) {
    for (;;) {
      if (auto again = self->next_again(consumer)) {
        again->done(co_await consumer.handler(std::span(&again->message, 1)));
        continue;
      }
      const auto batch = self->next(consumer);
      if (batch.empty()) co_return;
      if (planted(Bug::acknowledge_before_write)) {
        self->took(consumer, batch.size());
        (void)co_await consumer.handler(batch);
        continue;
      }
      if (!co_await hand_over(*self, consumer, batch)) co_return self->rest(consumer);
    }
  }

  /// False: what was not taken has to come again.
  static Task<bool> hand_over(State& self, Consumer& consumer, const std::vector<MessagePtr>& batch) {
    const auto whole = co_await consumer.handler(batch);
    if (whole) co_return self.took(consumer, batch.size()), true;
    if (whole.error().code == Code::unavailable) co_return false;
    for (const auto& message : batch) {
      const auto taken = co_await consumer.handler(std::span(&message, 1));
      if (!taken && taken.error().code == Code::unavailable) co_return false;
      if (!taken) (void)self.put_aside(self.letter(consumer, *message, taken.error()));
      self.took(consumer, 1);
    }
    co_return true;
  }

  [[nodiscard]] dispatch::DeadLetter letter(const Consumer& consumer, const Message& message, const Error& why) {
    return {.place = {consumer.topic, place(consumer.topic).first},
            .time = 0,
            .reason = std::string(info(why.code).name) + (why.detail.empty() ? "" : ": " + why.detail),
            .record = wire::encode_record(message)};
  }

  std::optional<Consumer::Again> next_again(Consumer& consumer) {
    const std::lock_guard lock(mutex_);
    if (stopped_ || consumer.again.empty()) return std::nullopt;
    consumer.running = true;
    auto again = std::move(consumer.again.front());
    consumer.again.pop_front();
    return again;
  }

  /// Empty: nothing is left, or the bus has stopped.
  std::vector<MessagePtr> next(Consumer& consumer) {
    const std::lock_guard lock(mutex_);
    std::vector<MessagePtr> batch;
    if (!stopped_) {
      const std::lock_guard disk(disk_.mutex);
      for (auto at = disk_.log.find(disk_.taken[consumer.topic]); at != disk_.log.end() && batch.size() < kBatch; ++at)
        batch.push_back(at->second);
    }
    consumer.running = consumer.posted = !batch.empty();
    idle_.notify_all();
    return batch;
  }

  void took(Consumer& consumer, std::size_t count) {
    std::vector<Consumer::Waiter> over;
    {
      const std::lock_guard lock(mutex_);
      consumer.pause = kFirstPause;
      {
        const std::lock_guard disk(disk_.mutex);
        disk_.journal.change(disk_.taken, consumer.topic) += count;
        disk_.written();
      }
      const auto taken = place(consumer.topic).first;
      over = extract(consumer, [&](const Consumer::Waiter& waiter) { return waiter.target <= taken; });
    }
    for (auto& waiter : over) waiter.done({});
  }

  /// After a failure. No run is posted meanwhile.
  void rest(Consumer& consumer) {
    milliseconds pause;
    {
      const std::lock_guard lock(mutex_);
      consumer.running = false;
      idle_.notify_all();
      pause = consumer.pause;
      consumer.pause = std::min(2 * pause, kLongestPause);
    }
    consumer.home.post_after(pause, [self = shared_from_this(), &consumer] {
      {
        const std::lock_guard lock(self->mutex_);
        consumer.posted = false;
      }
      self->wake(consumer);
    });
  }

  void give_up(Topic topic, std::uint64_t id) {
    std::vector<Consumer::Waiter> over;
    {
      const std::lock_guard lock(mutex_);
      over = extract(of(topic), [id](const Consumer::Waiter& waiter) { return waiter.id == id; });
    }
    for (auto& waiter : over) waiter.done(fail(Code::unavailable, "what was sent last is not readable yet"));
  }

  template <class Over>
  static std::vector<Consumer::Waiter> extract(Consumer& consumer, Over over) {
    std::vector<Consumer::Waiter> out, left;
    for (auto& waiter : consumer.waiters) (over(waiter) ? out : left).push_back(std::move(waiter));
    consumer.waiters = std::move(left);
    return out;
  }

  MessagesDisk& disk_;
  const Clock& clock_;
  Executor& deadlines_;
  std::mutex mutex_;  // before the disk's
  std::condition_variable idle_;
  bool started_ = false, stopped_ = false;
  std::uint64_t last_waiter_ = 0;
  std::array<Consumer, 2> consumers_;
};

MemoryBus::MemoryBus(MessagesDisk& disk, MemoryLedger& ledger, Homes homes, const Clock& clock)
    : disk_(disk), ledger_(ledger), state_(std::make_shared<State>(disk, homes, clock)) {
  ledger_.when_logged([state = state_] { state->wake(); });
}

MemoryBus::~MemoryBus() {
  ledger_.when_logged({});
  stop();
}

void MemoryBus::consume(Topic topic, Handler handler) { state_->consume(topic, std::move(handler)); }
void MemoryBus::start() { state_->start(); }
void MemoryBus::stop() { state_->stop(); }

Task<Result<void>> MemoryBus::settled(Topic topic) {
  co_return co_await completion<Result<void>>(
      [this, topic](auto done) { state_->when_taken(topic, std::move(done)); });
}

std::uint64_t MemoryBus::lag(Topic topic) const { return state_->lag(topic); }

Task<Result<void>> MemoryBus::add(dispatch::DeadLetter letter) {
  (void)state_->put_aside(std::move(letter));
  co_return Result<void>();
}

Task<Result<std::vector<dispatch::DeadLetter>>> MemoryBus::list(std::optional<dispatch::DeadLetter::Place> after,
                                                                std::size_t limit) {
  const std::lock_guard lock(disk_.mutex);
  std::vector<dispatch::DeadLetter> letters;
  for (auto at = after ? disk_.letters.upper_bound(*after) : disk_.letters.begin();
       at != disk_.letters.end() && letters.size() < limit; ++at)
    letters.push_back(at->second);
  co_return letters;
}

Task<Result<void>> MemoryBus::replay(dispatch::DeadLetter::Place place) {
  std::string record;
  {
    const std::lock_guard lock(disk_.mutex);
    const auto found = disk_.letters.find(place);
    if (found == disk_.letters.end()) co_return fail(Code::not_found, "there is no such dead letter");
    record = found->second.record;
  }
  auto message = wire::decode_record(record);
  if (!message) co_return fail(Code::bad_parameter, "nothing can read this record");
  CO_CHECK(co_await completion<Result<void>>([&](auto done) {
    state_->hand_again(place.topic, std::make_shared<const Message>(std::move(*message)), std::move(done));
  }));
  co_return co_await drop(place);
}

Task<Result<void>> MemoryBus::drop(dispatch::DeadLetter::Place place) {
  const std::lock_guard lock(disk_.mutex);
  if (disk_.letters.erase(place) == 0) co_return fail(Code::not_found, "there is no such dead letter");
  co_return Result<void>();
}

std::size_t MemoryBus::size() const {
  const std::lock_guard lock(disk_.mutex);
  return disk_.letters.size();
}

}  // namespace godwit::engine::memory
