#pragma once
#include <array>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bus/applied_positions.hpp"
#include "engine/memory/accounts_store.hpp"
#include "engine/memory/archive.hpp"
#include "engine/memory/broker.hpp"
#include "engine/memory/ledger_store.hpp"
#include "engine/memory/positions.hpp"
#include "engine/memory/registry.hpp"
#include "service/dead_letters.hpp"
#include "simulate/change_stream.hpp"
#include "simulate/lossy_inbox.hpp"

namespace godwit::simulate {

/// A machine that runs an engine.
struct Machine {
  Machine(Scheduler& scheduler, std::string name) : process(scheduler, std::move(name)), engine(scheduler) {
    engine.machine = &process;
  }
  [[nodiscard]] Way from(Process& asking, Network& network) { return {engine, &network, &asking}; }
  Process process;
  Engine engine;
};

/// What a consumer could not take.
class Letters final : public dispatch::DeadLetters {
 public:
  using Letter = dispatch::DeadLetter;
  Task<Result<void>> add(Letter letter) override {
    const auto place = letter.place;
    letters_.try_emplace(place, std::move(letter));
    co_return Result<void>{};
  }
  Task<Result<std::vector<Letter>>> list(std::optional<Letter::Place>, std::size_t) override {
    co_return fail(Code::unavailable);
  }
  Task<Result<void>> replay(Letter::Place) override { co_return fail(Code::unavailable); }
  Task<Result<void>> drop(Letter::Place) override { co_return fail(Code::unavailable); }
  [[nodiscard]] std::size_t size() const override { return letters_.size(); }

 private:
  std::map<Letter::Place, Letter> letters_;
};

/// The engines of a house of many processes, each on a machine of its own. All of it outlives every process.
struct Engines {
  /// `lossy`: the cache loses the inbox, too, and is filled again.
  Engines(Scheduler& scheduler, bool lossy)
      : lossy_cache(lossy),
        accounts(scheduler, "accounts"),
        ledger(scheduler, "ledger"),
        broker(scheduler, "broker"),
        cache(scheduler, "cache"),
        library(scheduler, "library") {}

  const bool lossy_cache;
  Machine accounts, ledger, broker, cache, library;
  engine::memory::AccountsDisk accounts_disk;
  engine::memory::AccountsStore accounts_store{accounts_disk};
  memory::LedgerStore ledger_store{ledger.process.clock(), "first"};
  memory::Broker pages{broker.process.clock()};
  InboxCache inbox;  // in the cache, as is the change log
  engine::memory::Positions positions;  // what stands behind the cache, beside the accounts
  engine::memory::ArchiveDisk archive_disk;
  engine::memory::MemoryArchive archive{archive_disk};  // with its own positions, in the library
  memory::AppliedPositions applied_archive;
  ChangeStream changes;
  engine::memory::MemoryRegistry registry{cache.process.clock(), {}};
  Letters letters;

  [[nodiscard]] std::array<Machine*, 5> all() { return {&accounts, &ledger, &broker, &cache, &library}; }
};

class FarLedgerStore final : public dispatch::LedgerStore {
 public:
  FarLedgerStore(Way way, dispatch::LedgerStore& inner) : way_(way), inner_(inner) {}
  Task<Result<dispatch::Roll>> attend(dispatch::Attendance attendance) override {
    return call_engine<Result<dispatch::Roll>>(way_, [this, attendance] { return inner_.attend(attendance); });
  }
  Task<Result<dispatch::Known>> look_up(dispatch::LookUp what) override {
    return call_engine<Result<dispatch::Known>>(way_, [this, what] { return inner_.look_up(what); }, Repeat::harmless);
  }
  Task<Result<dispatch::Outcome>> commit(dispatch::Batch batch) override {
    return call_engine<Result<dispatch::Outcome>>(way_, [this, batch] { return inner_.commit(batch); });
  }
  Task<Result<std::vector<dispatch::LogRow>>> rows(Shard shard, Position after, std::size_t limit) override {
    return call_engine<Result<std::vector<dispatch::LogRow>>>(
        way_, [this, shard, after, limit] { return inner_.rows(shard, after, limit); }, Repeat::harmless);
  }
  Task<Result<std::vector<MessagePtr>>> tail(dispatch::Stretch stretch) override {
    return call_engine<Result<std::vector<MessagePtr>>>(
        way_, [this, stretch] { return inner_.tail(stretch); }, Repeat::harmless);
  }
  Task<Result<std::vector<dispatch::Stay>>> stays(dispatch::StaysOf whose) override {
    return call_engine<Result<std::vector<dispatch::Stay>>>(
        way_, [this, whose] { return inner_.stays(whose); }, Repeat::harmless);
  }
  Task<Result<void>> set_relayed(std::vector<std::pair<Shard, Position>> positions) override {
    return call_engine<Result<void>>(
        way_, [this, positions] { return inner_.set_relayed(positions); }, Repeat::harmless);
  }
  Task<Result<std::size_t>> trim(Millis log_before, Millis sent_before, std::size_t limit) override {
    return call_engine<Result<std::size_t>>(
        way_, [this, log_before, sent_before, limit] { return inner_.trim(log_before, sent_before, limit); });
  }

 private:
  Way way_;
  dispatch::LedgerStore& inner_;
};

class FarBroker final : public dispatch::Broker {
 public:
  using Deliveries = std::vector<dispatch::Delivery>;
  FarBroker(Way way, dispatch::Broker& inner) : way_(way), inner_(inner) {}
  Task<Result<void>> send(dispatch::Topic topic, std::string key, std::string body) override {
    return call_engine<Result<void>>(
        way_, [this, topic, key, body] { return inner_.send(topic, key, body); }, Repeat::harmless);
  }
  /// Waits there for something to come.
  Task<Result<Deliveries>> receive(dispatch::Topic topic, std::size_t most, std::chrono::milliseconds wait,
                                   std::chrono::milliseconds invisible) override {
    return call_engine<Result<Deliveries>>(
        way_, [this, topic, most, wait, invisible] { return wait_for(topic, most, wait, invisible); }, Repeat::never,
        in_time(wait) + kSecond);
  }
  Task<Result<void>> acknowledge(dispatch::Topic topic, std::vector<std::string> receipts) override {
    return call_engine<Result<void>>(
        way_, [this, topic, receipts] { return inner_.acknowledge(topic, receipts); }, Repeat::harmless);
  }

 private:
  Task<Result<Deliveries>> wait_for(dispatch::Topic topic, std::size_t most, std::chrono::milliseconds wait,
                                    std::chrono::milliseconds invisible) {
    constexpr std::chrono::milliseconds kLook{25};
    for (; wait.count() > 0; wait -= kLook) {
      auto found = co_await inner_.receive(topic, most, {}, invisible);
      if (!found || !found->empty()) co_return found;
      co_await sleep_for(*Executor::current(), kLook);
    }
    co_return Deliveries{};
  }
  Way way_;
  dispatch::Broker& inner_;
};

class FarRegistry final : public registry::Registry {
 public:
  FarRegistry(Way way, registry::Registry& inner) : way_(way), inner_(inner) {}
  Task<Result<registry::Node>> join(std::string name) override {
    return call_engine<Result<registry::Node>>(way_, [this, name] { return inner_.join(name); });
  }
  Task<Result<void>> renew(registry::Node node, std::uint32_t sockets, bool draining) override {
    return call_engine<Result<void>>(
        way_, [this, node, sockets, draining] { return inner_.renew(node, sockets, draining); }, Repeat::harmless);
  }
  Task<Result<std::vector<registry::Epoch>>> enter(registry::Node node,
                                                   std::vector<registry::Socket> sockets) override {
    return call_engine<Result<std::vector<registry::Epoch>>>(
        way_, [this, node, sockets] { return inner_.enter(node, sockets); });
  }
  Task<Result<void>> leave(SessionId session, registry::Epoch epoch) override {
    return call_engine<Result<void>>(
        way_, [this, session, epoch] { return inner_.leave(session, epoch); }, Repeat::harmless);
  }
  Task<Result<std::vector<registry::Live>>> nodes() override {
    return call_engine<Result<std::vector<registry::Live>>>(way_, [this] { return inner_.nodes(); }, Repeat::harmless);
  }
  Task<Result<registry::Standings>> standings(std::vector<UserKey> users) override {
    return call_engine<Result<registry::Standings>>(
        way_, [this, users] { return inner_.standings(users); }, Repeat::harmless);
  }
  Task<Result<registry::Changes>> changes_after(registry::Position after) override {
    return call_engine<Result<registry::Changes>>(
        way_, [this, after] { return inner_.changes_after(after); }, Repeat::harmless);
  }

 private:
  Way way_;
  registry::Registry& inner_;
};

/// How far everybody is, where it outlives the cache.
class FarKeptPositions final : public offline::Positions {
 public:
  FarKeptPositions(Way way, offline::Positions& inner) : way_(way), inner_(inner) {}
  Task<Result<offline::UserPositions>> load(const UserKey& user) override {
    return call_engine<Result<offline::UserPositions>>(way_, [this, user] { return inner_.load(user); });
  }
  Task<Result<bool>> knows_device(const UserKey& user, const DeviceId& device) override {
    return call_engine<Result<bool>>(way_, [this, user, device] { return inner_.knows_device(user, device); });
  }
  Task<Result<void>> move(std::vector<Move> moves) override {
    return call_engine<Result<void>>(way_, [this, moves] { return inner_.move(moves); }, Repeat::harmless);
  }
  Task<Result<void>> adopt_device(const UserKey& user, const DeviceId& device) override {
    return call_engine<Result<void>>(way_, [this, user, device] { return inner_.adopt_device(user, device); });
  }
  Task<Result<std::string>> epoch(std::string proposed) override {
    return call_engine<Result<std::string>>(way_, [this, proposed] { return inner_.epoch(proposed); });
  }

 private:
  Way way_;
  offline::Positions& inner_;
};

/// Each topic's positions lie where the topic is written to.
class FarPositions final : public bus::AppliedPositions {
 public:
  FarPositions(Network& network, Process& from, Engines& engines)
      : ways_{engines.library.from(from, network), engines.cache.from(from, network)},
        inner_{&engines.applied_archive, &*engines.inbox.applied} {}
  Task<Result<void>> add(dispatch::Topic topic, std::vector<bus::AppliedRange> ranges) override {
    return call_engine<Result<void>>(
        ways_[at(topic)], [&inner = *inner_[at(topic)], topic, ranges] { return inner.add(topic, ranges); },
        Repeat::harmless);
  }
  Task<Result<std::vector<Position>>> contiguous(dispatch::Topic topic) override {
    return call_engine<Result<std::vector<Position>>>(
        ways_[at(topic)], [&inner = *inner_[at(topic)], topic] { return inner.contiguous(topic); }, Repeat::harmless);
  }

 private:
  static std::size_t at(dispatch::Topic topic) { return static_cast<std::size_t>(topic); }
  std::array<Way, 2> ways_;  // by topic
  std::array<bus::AppliedPositions*, 2> inner_;
};

}  // namespace godwit::simulate
