#pragma once
#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <vector>

#include "base/batcher.hpp"
#include "base/executor.hpp"
#include "domain/people.hpp"
#include "net/websocket/shared_frame.hpp"
#include "service/registry.hpp"

namespace godwit::node {

class NodeRole;

/// A 304 on its way to a user who is connected here.
struct PresenceNews {
  std::uint64_t number = 0;  ///< of the change
  UserKey of, to;
  net::SharedFrame frame;
};
using PresenceBatch = std::shared_ptr<const std::vector<PresenceNews>>;

/// The node in the registry: holds its lease, registers its sockets, and follows what changes: who of the friends of
/// people here comes and goes, which sessions were taken elsewhere. What the registry could not be told is made good by
/// joining again: then every socket is registered once more. Thread-safe.
class Presence {
 public:
  static constexpr std::chrono::milliseconds kBeat{1000};
  static constexpr std::size_t kBatch = 500;   ///< sockets registered with one call
  static constexpr std::size_t kAsked = 2000;  ///< whom one call asks for, where several ask

  Presence(NodeRole& node, registry::Registry& registry, Executor& executor);

  /// Joins; from then on renews the lease and looks what changed at every beat, on the executor.
  void start();
  /// As Registry::enter; empty where that cannot be now: then it is done later, from the hubs' tables.
  Task<std::vector<registry::Epoch>> enter(std::vector<registry::Socket> sockets);
  /// The same of one, with others that come at the same time.
  Task<std::vector<registry::Epoch>> enter(registry::Socket socket);
  /// As Registry::standings, for several who ask at the same time together.
  Task<Result<registry::Standings>> standings(std::vector<UserKey> users);
  Task<void> leave(SessionId session, registry::Epoch epoch);
  /// Something has changed, most likely: looks at once.
  void look();

 private:
  using Epochs = std::vector<registry::Epoch>;
  using Standings = Result<registry::Standings>;
  Task<std::vector<Epochs>> enter_each(std::vector<registry::Socket> sockets);
  Task<std::vector<Standings>> standings_of_each(std::vector<std::vector<UserKey>> asked);
  static Task<void> beat(Presence& self, std::weak_ptr<char> alive);
  Task<void> keep_lease();
  Task<void> follow();
  Task<bool> read_on();
  Task<bool> tell(const registry::Changes& changes);

  NodeRole& node_;
  registry::Registry& registry_;
  Executor& executor_;
  Batcher<registry::Socket, Epochs> entering_;
  Batcher<std::vector<UserKey>, Standings> asking_;
  std::atomic<registry::Epoch> life_{0};  ///< 0: joins with the next beat
  std::atomic<std::uint64_t> looks_{0};   ///< that were asked for since `follow` began; 0: it does not run
  registry::Position position_;           ///< of `follow` alone
  std::shared_ptr<char> alive_ = std::make_shared<char>();
};

}  // namespace godwit::node
