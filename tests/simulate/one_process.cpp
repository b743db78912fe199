#include <algorithm>

#include "archive/archive_role.hpp"
#include "dispatch/dispatch_role.hpp"
#include "engine/memory/change_log.hpp"
#include "engine/memory/counts.hpp"
#include "engine/memory/registry.hpp"
#include "offline/role.hpp"
#include "service/change_feed.hpp"
#include "service/local_link.hpp"
#include "simulate/bearings.hpp"
#include "simulate/stores.hpp"
#include "simulate/world.hpp"
#include "user/user_role.hpp"

namespace godwit::simulate {
namespace {

/// The roles of one life of the process.
struct Life {
  Life(Stores& stores, Process& process, Front& front, Dice dice);

  Bearings bearings;
  Keys keys;
  OpenStores open;
  engine::memory::MemoryChangeLog change_log;
  changes::ChangeFeed feed;
  engine::memory::MemoryRegistry registry;
  engine::memory::MemoryCounts counts;
  user::UserRole user;
  node::NodeRole node;
  archive::ArchiveRole archive;
  offline::OfflineRole offline;
  dispatch::DispatchRole dispatch;
  gateway::GatewayRole gateway;
};

Life::Life(Stores& stores, Process& process, Front& front, Dice dice)
    : bearings(dice),
      open(stores, process),
      feed(change_log, process.clock()),
      registry(process.clock(), engine::memory::kOneProcess),
      counts(process.clock()),
      user({.store = open.accounts,
            .hasher = keys.hasher,
            .tokens = keys.signer,
            .change_log = change_log,
            .feed = feed,
            .counts = counts},
           {.dispatch = dispatch, .offline = offline, .registry = registry}, user_settings(), process.clock(),
           bearings.random, bearings.log, bearings.metrics),
      node({&process.executor()},
           {.users = user, .dispatch = dispatch, .offline = offline, .registry = registry, .feed = feed},
           node_settings("node-1"), process.clock(), bearings.log, bearings.metrics),
      archive(open.archive, open.bus, user, offline, {}, process.clock(), bearings.log, bearings.metrics),
      offline(open.timeline, open.cursors, open.bus, user, archive, dispatch, {}, process.clock(), bearings.log,
              bearings.metrics),
      dispatch({.ledger = open.ledger, .commits = open.commits, .bus = open.bus},
               {.users = user, .archive = archive, .offline = offline}, {}, process.clock(), bearings.random,
               bearings.metrics),
      gateway(1, {.users = user, .feed = feed, .sockets = front}, gateway_settings(), process.clock(), bearings.random,
              bearings.log, bearings.metrics) {
  gateway.add(user.calls());
  gateway.add(dispatch.calls());
  gateway.add(archive.calls());
  gateway.add(offline.calls());
  std::make_shared<link::LocalLink>(node.links(), dispatch.links(), node.name(), "dispatch-1")->open();
  node.start();
}

class OneProcess final : public World {
 public:
  OneProcess(Network& network, std::function<void(const std::string&)> tell)
      : network_(network),
        tell_(std::move(tell)),
        front_(network),
        process_(network.scheduler(), "server"),
        stores_(network.scheduler()) {
    front_.entrances.push_back({&process_, nullptr});
    front_.node_for = [this](const Identity&) {
      return Front::NodeAt{&process_, [this] { return &lives_.back()->node; }};
    };
  }

  Front& front() override { return front_; }
  [[nodiscard]] Promises promises(const Plan& plan) const override {
    Promises promises;
    // A call that was lost in the last moment is given up by its client, and made again, six seconds later.
    for (const auto& fault : plan.faults)
      promises.delays.emplace_back(fault.at, fault.at + fault.lasts + 6 * kSecond);
    return promises;
  }

  void begin() override {
    process_.begin();
    process_.enter([this] {
      lives_.push_back(std::make_unique<Life>(stores_, process_, front_, network_.scheduler().dice().split()));
      auto& life = *lives_.back();
      front_.entrances.front().gateway = &life.gateway;
      life.offline.consume();
      life.open.start();
      life.offline.start_sweeping(process_.executor());
      spawn(do_chores(life.user, process_.executor()));
    });
  }

  void strike(const Fault& fault) override {
    auto& scheduler = network_.scheduler();
    Dice dice(fault.roll);
    switch (fault.kind) {
      case Trouble::storm: return storm(fault, dice);
      case Trouble::crash: return die(fault.lasts, false);
      case Trouble::power: return die(fault.lasts, true);
      case Trouble::asleep: return process_.sleep_until(scheduler.now() + fault.lasts);
      case Trouble::clock: return process_.clock().set_lead(dice.between(-120'000, 120'000));
      case Trouble::cut: return front_.break_some(dice, 0.5);
      case Trouble::away:
      case Trouble::slow:
      case Trouble::unsure:
      case Trouble::empty: return trouble_engine(fault, dice);
    }
  }

  void heal() override {
    network_.weather = {};
    network_.heal_all();
    for (auto* engine : stores_.engines()) engine->away = false, engine->unsure = 0, engine->slow = 0;
    process_.sleep_until(0);
    if (!process_.alive()) begin();
  }

 private:
  void storm(const Fault& fault, Dice& dice) {
    network_.weather = {.lost = 0.15, .doubled = 0.1, .late = 0.4, .latest = dice.between(50, 1500) * kMilli};
    front_.break_some(dice, 0.3);
    network_.scheduler().after(fault.lasts, [this] { network_.weather = {}; });
  }

  void die(Time lasts, bool power) {
    if (!process_.alive()) return;
    process_.end();
    front_.break_lines(process_);
    if (power) stores_.lose_unsynced();
    network_.scheduler().after(lasts, [this] {
      if (!process_.alive()) tell_("the server is back"), begin();
    });
  }

  void trouble_engine(const Fault& fault, Dice& dice) {
    const auto engines = stores_.engines();
    auto& engine = *engines[dice.below(engines.size())];
    if (fault.kind == Trouble::away) engine.away = true;
    if (fault.kind == Trouble::slow || fault.kind == Trouble::empty) engine.slow = dice.between(20, 1500) * kMilli;
    if (fault.kind == Trouble::unsure) engine.unsure = 0.4;
    network_.scheduler().after(fault.lasts, [&engine] { engine.away = false, engine.unsure = 0, engine.slow = 0; });
  }

  Network& network_;
  std::function<void(const std::string&)> tell_;
  Front front_;
  Process process_;
  Stores stores_;
  std::vector<std::unique_ptr<Life>> lives_;  // the dead stay: what was cut off in the middle still names them
};

}  // namespace

std::unique_ptr<World> one_process(Network& network, std::function<void(const std::string&)> tell) {
  return std::make_unique<OneProcess>(network, std::move(tell));
}

}  // namespace godwit::simulate
