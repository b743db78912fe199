#pragma once
#include <algorithm>
#include <array>

#include "app/server/ledger_rows.hpp"
#include "archive/archive_role.hpp"
#include "bus/broker_bus.hpp"
#include "dispatch/dispatch_role.hpp"
#include "dispatch/routed_ledger.hpp"
#include "dispatch/sequencer.hpp"
#include "engine/memory/counts.hpp"
#include "inbox/kept_cursors.hpp"
#include "inbox/ledger_inbox.hpp"
#include "inbox/ledger_refill.hpp"
#include "inbox/write_behind.hpp"
#include "offline/role.hpp"
#include "service/change_feed.hpp"
#include "service/routes.hpp"
#include "simulate/bearings.hpp"
#include "simulate/elsewhere.hpp"
#include "simulate/links.hpp"
#include "simulate/machines.hpp"
#include "simulate/front.hpp"
#include "user/user_role.hpp"

/// What each kind of process runs: the roles' real code, put together as an executable of that kind does.
namespace godwit::simulate {

inline constexpr std::size_t kGateways = 2, kDispatchers = 3, kNodes = 2, kInboxes = 2, kArchives = 2;

/// Who runs what: filled once with processes, and with roles as they begin to live.
struct Map {
  std::array<Seat<user::Service>, kGateways> users;
  std::array<Seat<gateway::RoleClient>, kDispatchers> dispatch_calls;
  std::array<Seat<dispatch::Service>, kDispatchers> dispatch;
  std::array<Seat<sequencer::Service>, kDispatchers> sequencers;
  std::array<Seat<node::NodeRole>, kNodes> nodes;
  std::array<Seat<offline::Service>, kInboxes> offline;
  std::array<Seat<gateway::RoleClient>, kInboxes> offline_calls;
  std::array<Seat<archive::Service>, kArchives> archive;
  std::array<Seat<gateway::RoleClient>, kArchives> archive_calls;
};

/// All that a life is made from.
struct Ground {
  Network& network;
  Engines& engines;
  Map& map;
  Process& process;
  Front& front;
  std::size_t index;  ///< among those of its kind

  template <class S, std::size_t N>
  [[nodiscard]] Edge<S> to(const std::array<Seat<S>, N>& seats) const {
    return Edge<S>(network, process, seats);
  }
  [[nodiscard]] Way way(Machine& machine) const { return machine.from(process, network); }
  [[nodiscard]] Clock& clock() const { return process.clock(); }
  [[nodiscard]] Executor& executor() const { return process.executor(); }
};

/// One life of a process.
struct Life {
  Life(const Ground& on, Dice dice) : ground(on), bearings(dice) {}
  virtual ~Life() = default;
  Life(const Life&) = delete;
  Life& operator=(const Life&) = delete;
  Ground ground;
  Bearings bearings;
};

struct GatewayLife final : Life {
  GatewayLife(const Ground& on, Dice dice)
      : Life(on, dice),
        store(on.way(on.engines.accounts), on.engines.accounts_store),
        change_log(on.way(on.engines.cache), on.engines.changes, on.clock(), on.executor()),
        feed(change_log, on.clock()),
        counts(on.clock()),
        dispatch(on.to(on.map.dispatch)),
        registry(on.way(on.engines.cache), on.engines.registry),
        offline(on.to(on.map.offline)),
        dispatch_calls(dispatch::kRoutes, on.to(on.map.dispatch_calls)),
        offline_calls(offline::kRoutes, on.to(on.map.offline_calls)),
        archive_calls(archive::kRoutes, on.to(on.map.archive_calls)),
        user({.store = store,
              .hasher = keys.hasher,
              .tokens = keys.signer,
              .change_log = change_log,
              .feed = feed,
              .counts = counts},
             {.dispatch = dispatch, .offline = offline, .registry = registry}, user_settings(), on.clock(),
             bearings.random, bearings.log, bearings.metrics),
        gateway(1, {.users = user, .feed = feed, .sockets = on.front}, gateway_settings(), on.clock(), bearings.random,
                bearings.log, bearings.metrics) {
    gateway.add(user.calls());
    gateway.add(dispatch_calls);
    gateway.add(offline_calls);
    gateway.add(archive_calls);
    on.map.users[on.index].role = &user;
    on.front.entrances[on.index].gateway = &gateway;
    spawn(do_chores(user, on.executor()));
  }
  Keys keys;
  FaultyStore store;
  FollowedStream change_log;
  changes::ChangeFeed feed;
  engine::memory::MemoryCounts counts;
  DispatchElsewhere dispatch;
  FarRegistry registry;
  OfflineElsewhere offline;
  CallsElsewhere dispatch_calls, offline_calls, archive_calls;
  user::UserRole user;
  gateway::GatewayRole gateway;
};

inline bus::BrokerBus::Settings bus_settings() {
  return {.wait = std::chrono::seconds(2), .invisible = std::chrono::seconds(4), .look = std::chrono::milliseconds(20)};
}

struct DispatcherLife final : Life {
  DispatcherLife(const Ground& on, Dice dice)
      : Life(on, dice),
        store(on.way(on.engines.ledger), on.engines.ledger_store),
        broker(on.way(on.engines.broker), on.engines.pages),
        positions(on.network, on.process, on.engines),
        users(on.to(on.map.users)),
        archive(on.to(on.map.archive)),
        offline(on.to(on.map.offline)),
        peers(on.network, on.process, on.map.sequencers),
        relay(store, broker, on.executor(), {}, bearings.log, bearings.metrics),
        sequencer(
            {.store = store, .relay = relay, .executor = on.executor()},
            {.name = on.process.name() + "/" + std::to_string(on.process.generation()), .address = on.process.name()},
            {}, on.clock(), bearings.log, bearings.metrics),
        ledger(sequencer, peers, store, on.executor()),
        bus({.broker = broker,
             .applied = positions,
             .dead_letters = on.engines.letters,
             .sequencer = sequencer,
             .executor = on.executor()},
            bus_settings(), bearings.log, bearings.metrics),
        dispatch({.ledger = ledger, .commits = sequencer, .bus = bus},
                 {.users = users, .archive = archive, .offline = offline}, {}, on.clock(), bearings.random,
                 bearings.metrics),
        links(on.network, on.process, sequencer.self().name, dispatch.links(), on.map.nodes, on.front.slow_openings) {
    on.map.dispatch[on.index].role = &dispatch;
    on.map.dispatch_calls[on.index].role = &dispatch.calls();
    on.map.sequencers[on.index].role = &sequencer;
    sequencer.start();
    spawn(links.keep());
  }
  FarLedgerStore store;
  FarBroker broker;
  FarPositions positions;
  UsersElsewhere users;
  ArchiveElsewhere archive;
  OfflineElsewhere offline;
  SequencerPeers peers;
  dispatch::Relay relay;
  dispatch::Sequencer sequencer;
  dispatch::RoutedLedger ledger;
  bus::BrokerBus bus;
  dispatch::DispatchRole dispatch;
  FarLinks links;
};

struct NodeLife final : Life {
  NodeLife(const Ground& on, Dice dice)
      : Life(on, dice),
        change_log(on.way(on.engines.cache), on.engines.changes, on.clock(), on.executor()),
        feed(change_log, on.clock()),
        users(on.to(on.map.users)),
        dispatch(on.to(on.map.dispatch)),
        offline(on.to(on.map.offline)),
        registry(on.way(on.engines.cache), on.engines.registry),
        node({&on.executor()},
             {.users = users, .dispatch = dispatch, .offline = offline, .registry = registry, .feed = feed},
             node_settings(on.process.name()), on.clock(), bearings.log, bearings.metrics) {
    on.map.nodes[on.index].role = &node;
    node.start();
  }
  FollowedStream change_log;
  changes::ChangeFeed feed;
  UsersElsewhere users;
  DispatchElsewhere dispatch;
  OfflineElsewhere offline;
  FarRegistry registry;
  node::NodeRole node;
};

/// What both kinds of consumers stand on.
struct ConsumerLife : Life {
  ConsumerLife(const Ground& on, Dice dice)
      : Life(on, dice),
        broker(on.way(on.engines.broker), on.engines.pages),
        positions(on.network, on.process, on.engines),
        users(on.to(on.map.users)),
        sequencers(on.to(on.map.sequencers)),
        ledger(on.way(on.engines.ledger), on.engines.ledger_store),
        rows(ledger),
        bus({.broker = broker, .applied = positions, .dead_letters = on.engines.letters, .sequencer = sequencers,
             .executor = on.executor(), .rows = on.engines.lossy_cache ? &rows : nullptr},
            bus_settings(), bearings.log, bearings.metrics) {}
  FarBroker broker;
  FarPositions positions;
  UsersElsewhere users;
  SequencerElsewhere sequencers;
  FarLedgerStore ledger;
  app::LedgerRows rows;
  bus::BrokerBus bus;
};

/// The inbox of a cache that may lose it, and what stands behind that.
struct LossyStores {
  LossyStores(const Ground& on, Bearings& bearings, dispatch::LedgerStore& ledger)
      : kept(on.way(on.engines.accounts), on.engines.positions),
        refill(ledger, kept, on.clock(), std::chrono::milliseconds(offline::Settings{}.keep).count()),
        inbox(on.way(on.engines.cache), on.engines.inbox, refill),
        behind(kept, on.executor(), {}, bearings.log, bearings.metrics),
        cursors(inbox, kept, behind, on.clock()),
        late(ledger, kept, refill, "first") {
    behind.start();
  }
  FarKeptPositions kept;
  inbox::LedgerRefill refill;
  LossyInbox inbox;
  inbox::WriteBehind behind;
  inbox::KeptCursors cursors;
  inbox::LedgerInbox late;
};

struct InboxLife final : ConsumerLife {
  InboxLife(const Ground& on, Dice dice)
      : ConsumerLife(on, dice),
        timeline(on.way(on.engines.cache), on.engines.inbox.inbox),
        cursors(on.way(on.engines.cache), on.engines.inbox.inbox),
        archive(on.to(on.map.archive)),
        dispatch(on.to(on.map.dispatch)) {
    if (on.engines.lossy_cache) lossy.emplace(on, bearings, ledger);
    auto& entries = lossy ? static_cast<offline::Timeline&>(lossy->inbox) : timeline;
    auto& places = lossy ? static_cast<offline::CursorStore&>(lossy->cursors) : cursors;
    role.emplace(entries, places, bus, users, archive, dispatch, offline::Settings{}, on.clock(), bearings.log,
                 bearings.metrics, lossy ? offline::Stores{&lossy->late, &lossy->late} : offline::Stores{});
    auto& offline = *role;
    on.map.offline[on.index].role = &offline;
    on.map.offline_calls[on.index].role = &offline.calls();
    offline.consume();
    bus.start();
    offline.start_sweeping(on.executor());
  }
  FaultyTimeline timeline;
  FaultyCursors cursors;
  ArchiveElsewhere archive;
  DispatchElsewhere dispatch;
  std::optional<LossyStores> lossy;
  std::optional<offline::OfflineRole> role;
};

struct ArchiveLife final : ConsumerLife {
  ArchiveLife(const Ground& on, Dice dice)
      : ConsumerLife(on, dice),
        store(on.way(on.engines.library), on.engines.archive),
        offline(on.to(on.map.offline)),
        archive(store, bus, users, offline, {}, on.clock(), bearings.log, bearings.metrics) {
    on.map.archive[on.index].role = &archive;
    on.map.archive_calls[on.index].role = &archive.calls();
    bus.start();
  }
  FaultyArchive store;
  OfflineElsewhere offline;
  archive::ArchiveRole archive;
};

}  // namespace godwit::simulate
