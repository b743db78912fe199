#pragma once
#include <doctest/doctest.h>
#include <fcntl.h>

#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/testing_executor.hpp"
#include "dispatch/routed_ledger.hpp"
#include "dispatch/sequencer.hpp"
#include "engine/memory/broker.hpp"
#include "engine/memory/ledger_store.hpp"
#include "wire/log_page.hpp"

/// For tests: dispatchers on one memory store and one memory broker, one thread, one clock that the test moves.
namespace godwit::dispatch::testing {

using std::chrono::milliseconds;

/// The store as one dispatcher reaches it: answers may be lost, calls may come late or not at all.
class Wire final : public LedgerStore {
 public:
  explicit Wire(LedgerStore& store) : store_(store) {}

  bool cut = false;                     ///< nothing arrives, everything fails
  bool rows_away = false;               ///< rows cannot be read
  bool lose_commit = false;             ///< the next commit is done, and its answer lost
  bool cut_commit = false;              ///< the same, and everything is cut after it
  bool keep_commit = false;             ///< the next commit fails, and arrives with `deliver`
  std::function<void()> before_commit;  ///< once
  int look_ups = 0, commits = 0;        ///< that were asked for

  Task<Result<Outcome>> deliver() { return store_.commit(std::move(*late_)); }

  Task<Result<Roll>> attend(Attendance attendance) override {
    if (cut) co_return gone();
    co_return co_await store_.attend(std::move(attendance));
  }
  Task<Result<Known>> look_up(LookUp what) override {
    ++look_ups;
    if (cut) co_return gone();
    co_return co_await store_.look_up(std::move(what));
  }
  Task<Result<Outcome>> commit(Batch batch) override {
    ++commits;
    if (const auto hook = std::exchange(before_commit, nullptr)) hook();
    if (cut) co_return gone();
    if (std::exchange(keep_commit, false)) {
      late_ = std::move(batch);
      co_return gone();
    }
    auto outcome = co_await store_.commit(std::move(batch));
    if (std::exchange(cut_commit, false)) lose_commit = cut = true;
    if (std::exchange(lose_commit, false)) co_return gone();
    co_return outcome;
  }
  Task<Result<std::vector<LogRow>>> rows(Shard shard, Position after, std::size_t limit) override {
    if (cut || rows_away) co_return gone();
    co_return co_await store_.rows(shard, after, limit);
  }
  Task<Result<std::vector<MessagePtr>>> tail(Stretch stretch) override {
    if (cut) co_return gone();
    co_return co_await store_.tail(std::move(stretch));
  }
  Task<Result<std::vector<Stay>>> stays(StaysOf whose) override {
    if (cut) co_return gone();
    co_return co_await store_.stays(std::move(whose));
  }
  Task<Result<void>> set_relayed(std::vector<std::pair<Shard, Position>> positions) override {
    if (cut) co_return gone();
    co_return co_await store_.set_relayed(std::move(positions));
  }
  Task<Result<std::size_t>> trim(Millis log_before, Millis sent_before, std::size_t limit) override {
    return store_.trim(log_before, sent_before, limit);
  }

 private:
  static std::unexpected<Error> gone() { return fail(Code::unavailable, "the connection is gone"); }
  LedgerStore& store_;
  std::optional<Batch> late_;
};

/// The broker, which may be away, for one topic or for both.
class Post final : public Broker {
 public:
  explicit Post(Broker& broker) : broker_(broker) {}
  bool away = false, offline_away = false;

  Task<Result<void>> send(Topic topic, std::string key, std::string body) override {
    if (away || (offline_away && topic == Topic::offline)) co_return fail(Code::unavailable, "no broker");
    co_return co_await broker_.send(topic, std::move(key), std::move(body));
  }
  Task<Result<std::vector<Delivery>>> receive(Topic topic, std::size_t most, milliseconds wait,
                                              milliseconds invisible) override {
    return broker_.receive(topic, most, wait, invisible);
  }
  Task<Result<void>> acknowledge(Topic topic, std::vector<std::string> receipts) override {
    return broker_.acknowledge(topic, std::move(receipts));
  }

 private:
  Broker& broker_;
};

struct House;

/// One dispatcher. Asleep: nothing of it runs, while the clock goes on.
struct Node {
  Node(House& house, std::string name, Sequencer::Settings settings, Relay::Settings relaying);
  Wire wire;
  SteppedExecutor executor;
  Relay relay;
  Sequencer sequencer;
  RoutedLedger ledger;
  std::vector<MessagePtr> told;
  std::vector<std::pair<Shard, std::size_t>> taken;  // and how much had been told by then
  bool asleep = false;
};

struct House final : sequencer::Peers {
  ManualClock clock;
  memory::LedgerStore store{clock, "first"};
  memory::Broker broker{clock};
  Post post{broker};
  Log log{::open("/dev/null", O_WRONLY | O_CLOEXEC)};
  std::list<Metrics> metrics;
  std::map<std::string, std::unique_ptr<Node>> nodes;

  Node& start(const std::string& name, Sequencer::Settings settings = {}, Relay::Settings relaying = {}) {
    auto& node = *(nodes[name] = std::make_unique<Node>(*this, name, settings, relaying));
    node.sequencer.start();
    return node;
  }
  sequencer::Service* at(const Dispatcher& dispatcher) override {
    const auto found = nodes.find(dispatcher.name);
    return found == nodes.end() ? nullptr : &found->second->sequencer;
  }
  void run_for(milliseconds time) {
    constexpr Millis kStep = 5;
    for (Millis left = time.count(); left > 0; left -= kStep) {
      clock.advance(kStep);
      step();
    }
  }
  void step() {
    for (int i = 0; i < 4; ++i)
      for (auto& [name, node] : nodes)
        if (!node->asleep) node->executor.run();
  }
  ~House() override {
    for (auto& [name, node] : nodes) node->asleep = node->wire.cut = false;
    for (auto& [name, node] : nodes) spawn(node->sequencer.stop());
    run_for(milliseconds(5000));
  }
};

inline Node::Node(House& house, std::string name, Sequencer::Settings settings, Relay::Settings relaying)
    : wire(house.store),
      executor(house.clock),
      relay(wire, house.post, executor, relaying, house.log, house.metrics.emplace_back()),
      sequencer({.store = wire, .relay = relay, .executor = executor}, {.name = name, .address = name + ":1"}, settings,
                house.clock, house.log, house.metrics.back()),
      ledger(sequencer, house, wire, executor) {
  sequencer.on_commit(
      [this](std::span<const MessagePtr> batch) { told.insert(told.end(), batch.begin(), batch.end()); });
  sequencer.on_taken([this](Shard shard) { taken.emplace_back(shard, told.size()); });
}

inline Draft draft(const std::string& group, const std::string& once, const std::string& text = "hello") {
  Draft draft;
  draft.message.type = Type::group;
  draft.message.conversation = Conversation::of_group(GroupKey(group));
  draft.message.id = make_message_id("ann", group, 1'800'000'000'000, once, text);
  draft.message.sender = "ann";
  draft.message.receiver = group;
  draft.message.text = text;
  draft.once = "m/ann/" + once;
  draft.fingerprint = group + " " + text;
  return draft;
}

/// A send on its way: its answer, when there is one.
using Pending = std::shared_ptr<std::optional<Result<Published>>>;
inline Pending send(Node& node, Draft draft) {
  auto answer = std::make_shared<std::optional<Result<Published>>>();
  node.executor.post([&node, answer, draft = std::move(draft)]() mutable {
    spawn([](Ledger& ledger, Draft own, Pending to) -> Task<void> {
      to->emplace(co_await ledger.append(std::move(own)));
    }(node.ledger, std::move(draft), answer));
  });
  return answer;
}
inline Published must(const Pending& answer) {
  REQUIRE(answer->has_value());
  REQUIRE_MESSAGE(answer->value().has_value(), answer->value().error().detail);
  return **answer->operator->();
}
inline Code refused(const Pending& answer) {
  REQUIRE(answer->has_value());
  REQUIRE_FALSE(answer->value().has_value());
  return answer->value().error().code;
}

/// What a topic holds: of each body its pages.
inline std::vector<std::vector<wire::LogPage>> bodies(Broker& broker, Topic topic) {
  std::vector<std::vector<wire::LogPage>> out;
  for (const auto& delivery : *sync_wait(broker.receive(topic, 10'000, milliseconds(0), milliseconds(60'000))))
    out.push_back(*wire::decode_log_pages(delivery.body));
  return out;
}

/// The same, page by page.
inline std::vector<wire::LogPage> pages(Broker& broker, Topic topic) {
  std::vector<wire::LogPage> out;
  for (auto& body : bodies(broker, topic)) std::ranges::move(body, std::back_inserter(out));
  return out;
}

/// The group's messages, as the store has them.
inline std::vector<MessagePtr> log_of(House& house, const std::string& group) {
  return *sync_wait(house.store.tail({.conversation = Conversation::of_group(GroupKey(group)), .limit = 100}));
}

/// A group whose shard `node` owns now.
inline std::string group_of(const Node& node, House& house) {
  const auto known = *sync_wait(house.store.look_up({.sent = {}, .heads = {}, .shards = true}));
  for (int i = 0;; ++i) {
    auto name = "group" + std::to_string(i);
    if (known.shards[shard_of(Conversation::of_group(GroupKey(name)))].owner == node.sequencer.self().name) return name;
  }
}

}  // namespace godwit::dispatch::testing
