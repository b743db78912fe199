#pragma once
#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <vector>

#include "base/clock.hpp"
#include "base/executor.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "node/dispatch_links.hpp"
#include "node/frame_rates.hpp"
#include "node/presence.hpp"
#include "service/dispatch.hpp"
#include "service/ended_sessions.hpp"
#include "service/offline.hpp"
#include "service/registry.hpp"
#include "service/user.hpp"

namespace godwit::node {

struct Settings {
  std::string name = "node-1";
  std::chrono::seconds ping_interval{25};  ///< as 201 names it
  std::size_t connections = 15'000;     ///< sockets of this process; above: 4503
  std::uint32_t typing_per_second = 2;  ///< 303 a socket; more are dropped
  double frames_per_socket = 100;  ///< a second, of every kind, pings too; above: not read meanwhile; 0: any number
  double frames_per_user = 200;         ///< of all their sockets together
};

class Hub;
class Socket;

/// The node role (netty 集群节点): holds the sockets; its one job is to push. One hub an executor; a socket lives on
/// the one that accepted it. Who is connected is told to the dispatchers, by the links that they open, and to the
/// registry. Sockets of sessions that end it closes by itself: it follows the change log.
class NodeRole final : private PushTarget, private changes::Follower {
 public:
  struct Peers {
    user::Service& users;
    dispatch::Service& dispatch;
    offline::Service& offline;
    registry::Registry& registry;
    changes::ChangeFeed& feed;
  };
  NodeRole(const std::vector<Executor*>& executors, Peers peers, Settings settings, const Clock& clock, Log& log,
           Metrics& metrics);
  ~NodeRole() override;

  /// Joins the registry. The executors run, or will.
  void start() { presence_.start(); }
  /// Where the dispatchers' links end.
  [[nodiscard]] link::NodeEnd& links() noexcept { return dispatchers_; }
  /// Takes a socket of a client that was proven as of `as_of`, on the executor of this index; `begin` lets it talk once
  /// the node has it in its tables. Closes it (4502) if its session ended since.
  void accept(std::size_t executor, std::unique_ptr<Socket> socket, changes::Position as_of,
              std::move_only_function<void()> begin = {});
  [[nodiscard]] const std::string& name() const noexcept { return settings_.name; }

  /// Tells every socket to come back (4001), each after a delay of its own, and takes no more.
  void drain();
  [[nodiscard]] bool draining() const noexcept { return draining_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::size_t online_users() const { return dispatchers_.users(); }
  [[nodiscard]] std::size_t open_sockets() const noexcept { return open_.load(std::memory_order_relaxed); }
  /// Acknowledgements that came and are not written yet.
  [[nodiscard]] std::size_t waiting_acks() const noexcept;

 private:
  void push(link::PushBatch batch) override;
  void tell_missed() override;
  /// Sockets of sessions that ended close with 4502; what stands in the tables later finds them in `ended_`.
  void changed(std::span<const changes::Change> changes, changes::Position behind) override;
  /// Nobody knows what ended: every session is proven again.
  void lost() override;
  /// The session has a socket at another node, registered with this epoch: older ones here close with 4505.
  void taken(const SessionId& session, registry::Epoch epoch);
  void on_every_hub(const std::function<void(Hub&)>& job);

  friend class Hub;
  friend class Presence;
  friend class Socket;

  Settings settings_;
  Peers peers_;
  changes::EndedSessions ended_;
  const Clock& clock_;
  Log& log_;
  UserMeters meters_;
  std::atomic<std::uint64_t> accepted_{0};
  std::atomic<std::size_t> open_{0};
  std::atomic<bool> draining_{false};
  Counter& accepted_total_;
  Counter& frames_;
  Counter& violations_;
  std::vector<std::unique_ptr<Hub>> hubs_;
  DispatchLinks dispatchers_;
  Presence presence_;
};

}  // namespace godwit::node
