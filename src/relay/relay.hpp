#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "gateway/hand_over.hpp"
#include "net/internal/dial.hpp"
#include "service/node_list.hpp"

namespace godwit::relay {

/// Brings the sockets that a gateway upgraded to nodes in other processes: dials a node for each, tells it whose the
/// socket is, and carries bytes both ways on the socket's own loop. The node is the one that the login named, where it
/// is alive, else another live one; where none of three takes it the client is closed (1012). A node of this process
/// takes sockets by a call.
/// Bounded: so many sockets, 16 KiB of each direction that a peer does not take, 10 s for what has ended on one side.
class Relay final : public gateway::HandOver {
 public:
  struct Settings {
    std::string name;  ///< of this process
    std::size_t sockets = 15'000;
    std::chrono::milliseconds answer{1'000};      ///< of a node that is dialled
    std::chrono::milliseconds half_over{10'000};  ///< when one side has ended
    std::string local{};                          ///< the node of this process; empty: none
  };
  /// All outlive it; `local` may be nullptr.
  Relay(const std::vector<net::EventLoop*>& loops, const discovery::NodeList& nodes, const net::internal::Phone& phone,
        Settings settings, gateway::HandOver* local, Log& log);
  /// Any thread, while the loops run or when they have stopped. Closes what is left.
  ~Relay() override;

  [[nodiscard]] Result<void> ready() override;
  void take(net::RawSocket socket, user::Proven proven, Slots::Slot opening) override;

  /// Takes no more, and closes each socket (4001) after a delay of its own of up to 5 s. Any thread.
  void drain();
  /// Relayed now, with those whose node is still dialled. Any thread.
  [[nodiscard]] std::size_t sockets() const noexcept { return sockets_.load(std::memory_order_relaxed); }

 private:
  struct OnLoop;
  struct Try;
  /// Whom to ask, in this order: at most three; whom a dial did not reach in the last second comes last.
  [[nodiscard]] std::vector<discovery::Node> candidates(const OnLoop& at, const std::string& hint) const;
  void dial(OnLoop& at, Try attempt);
  void answered(OnLoop& at, Try attempt, Result<net::RawSocket> socket);

  const discovery::NodeList& nodes_;
  const net::internal::Phone& phone_;
  const Settings settings_;
  gateway::HandOver* const local_;
  Log& log_;
  std::atomic<std::size_t> sockets_{0};
  std::atomic<bool> draining_{false};
  std::vector<std::unique_ptr<OnLoop>> places_;
};

}  // namespace godwit::relay
