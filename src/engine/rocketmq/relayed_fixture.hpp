#pragma once
#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "base/worker.hpp"
#include "bus/broker_bus.hpp"
#include "dispatch/relay.hpp"
#include "engine/memory/applied_positions.hpp"
#include "engine/memory/ledger_store.hpp"
#include "engine/rocketmq/rocketmq_fixture.hpp"

namespace godwit::rocketmq::testing {

using std::chrono::milliseconds;

/// Says what is committed.
struct Committed final : sequencer::Service {
  std::vector<Position> positions = std::vector<Position>(kShards, 0);
  Task<Result<sequencer::Numbered>> number(dispatch::Draft) override { co_return fail(Code::internal); }
  Task<Result<std::vector<Position>>> committed() override { co_return positions; }
  Task<Result<std::vector<MessagePtr>>> tail(dispatch::Stretch) override { co_return fail(Code::unavailable); }
};

struct Letters final : dispatch::DeadLetters {
  std::size_t kept = 0;
  Task<Result<void>> add(dispatch::DeadLetter) override {
    ++kept;
    co_return Result<void>{};
  }
  Task<Result<std::vector<dispatch::DeadLetter>>> list(std::optional<dispatch::DeadLetter::Place>,
                                                       std::size_t) override {
    co_return fail(Code::internal);
  }
  Task<Result<void>> replay(dispatch::DeadLetter::Place) override { co_return fail(Code::internal); }
  Task<Result<void>> drop(dispatch::DeadLetter::Place) override { co_return fail(Code::internal); }
  [[nodiscard]] std::size_t size() const override { return kept; }
};

/// Relay → RocketMQ → consumers of both topics, all on one thread. What consumers write is counted by text.
class RelayedHouse {
 public:
  RelayedHouse(const std::string& proxy, const std::string& prefix, dispatch::Relay::Settings settings,
               bus::BrokerBus::Settings consuming = {})
      : broker(settings_of(proxy, prefix), log, metrics),
        relay(store_, broker, home, settings, log, metrics),
        bus({.broker = broker, .applied = applied_, .dead_letters = letters, .sequencer = committed_, .executor = home},
            consuming, log, metrics) {
    for (const auto topic : {dispatch::Topic::store, dispatch::Topic::offline})
      bus.consume(topic, [this, topic](std::span<const MessagePtr> batch) { return write(topic, batch); });
  }
  RelayedHouse(const RelayedHouse&) = delete;
  RelayedHouse& operator=(const RelayedHouse&) = delete;
  ~RelayedHouse() {
    broker.stop();
    sync_wait(bus.finish());
    sync_wait(stop_relay());
  }

  /// `rows` more of each of the first `shards` shards, as if just committed.
  void commit(Shard shards, std::size_t rows, std::size_t bytes = 200) {
    at_home([this, shards, rows, bytes] {
      for (Shard shard = 0; shard < shards; ++shard) {
        auto& position = committed_.positions[shard];
        if (position == 0) relay.take(shard, 0, 0);
        for (std::size_t row = 0; row < rows; ++row) {
          Message message;
          message.conversation = Conversation::direct(UserKey("ann"), UserKey("bob"));
          message.seq = ++position;
          message.text = std::to_string(shard) + "/" + std::to_string(position);
          message.text.resize(std::max(bytes, message.text.size()), ' ');
          relay.add(
              {.shard = shard, .position = position, .message = std::make_shared<const Message>(std::move(message))});
        }
      }
    });
  }
  [[nodiscard]] std::size_t backlog() {
    std::size_t rows = 0;
    at_home([&] { rows = relay.backlog(); });
    return rows;
  }
  /// Whether everything that was committed is written, on both topics.
  [[nodiscard]] bool applied() {
    bool all = true;
    at_home([&] {
      for (const auto topic : {dispatch::Topic::store, dispatch::Topic::offline})
        all = all && *sync_wait(applied_.contiguous(topic)) == committed_.positions;
    });
    return all;
  }
  /// How often each text was written to the topic.
  [[nodiscard]] std::map<std::string, int> written(dispatch::Topic topic) {
    std::map<std::string, int> out;
    at_home([&] { out = written_[static_cast<std::size_t>(topic)]; });
    return out;
  }
  [[nodiscard]] std::size_t committed() {
    std::size_t rows = 0;
    at_home([&] {
      for (const auto position : committed_.positions) rows += position;
    });
    return rows;
  }

  Log log{2, Level::error};
  Metrics metrics;
  Worker home{"home"};
  Letters letters;

 private:
  void at_home(std::function<void()> job) {
    sync_wait([](Executor& executor, std::function<void()> own) -> Task<void> {
      co_await resume_on(executor);
      own();
    }(home, std::move(job)));
  }
  Task<void> stop_relay() {
    co_await resume_on(home);
    co_await relay.stop();
  }
  Task<Result<void>> write(dispatch::Topic topic, std::span<const MessagePtr> batch) {
    for (const auto& message : batch) ++written_[static_cast<std::size_t>(topic)][message->text];
    co_return Result<void>{};
  }

  SystemClock clock_;
  memory::LedgerStore store_{clock_, "store"};
  memory::AppliedPositions applied_;
  Committed committed_;
  std::array<std::map<std::string, int>, 2> written_;

 public:
  Broker broker;
  dispatch::Relay relay;
  bus::BrokerBus bus;
};

/// Looks every 50 ms; false after `patience`.
[[nodiscard]] inline bool within(std::chrono::seconds patience, const std::function<bool()>& so) {
  for (const auto end = std::chrono::steady_clock::now() + patience; std::chrono::steady_clock::now() < end;) {
    if (so()) return true;
    std::this_thread::sleep_for(milliseconds(50));
  }
  return so();
}

}  // namespace godwit::rocketmq::testing
