#pragma once
#include <array>
#include <atomic>
#include <cstddef>
#include <list>
#include <mutex>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "base/error.hpp"
#include "base/ip_address.hpp"

namespace godwit::net {

/// Who may come in, and how much of the process's memory strangers may fill: counts the HTTP connections of all servers
/// of one port, in all and by address (an IPv6 address by its /64 and, four times as many, by its /48), and the bytes
/// that wait in them. Where it is full, the connection that has been idle for longest is closed before anyone is
/// refused. Connections that left HTTP by a 101 do not count. Thread-safe; must outlive its servers.
class ConnectionGate {
 public:
  struct Settings {
    std::size_t connections = 15'000;
    std::size_t per_address = 0;  ///< 0: no limit by address
    /// Of requests that are not answered and answers that are not taken; one address may have an eighth.
    std::size_t buffer_bytes = std::size_t{128} << 20;
    std::vector<IpNetwork> trusted_proxies{};  ///< not limited by address: it is that of many
  };
  /// A connection's seat, a member of it. Its loop alone calls the gate with it.
  class Place;

  explicit ConnectionGate(Settings settings) : settings_(std::move(settings)) {}
  ConnectionGate(const ConnectionGate&) = delete;
  ConnectionGate& operator=(const ConnectionGate&) = delete;

  enum class Room : unsigned char {
    free,
    full,  ///< refuse it
    none,  ///< so many are being refused that this one is dropped without a word; `leave` must not follow
  };
  /// Counts a connection that was accepted; `leave` follows.
  [[nodiscard]] Room enter();
  void leave() { open_.fetch_sub(1, std::memory_order_relaxed); }
  [[nodiscard]] std::size_t connections() const { return open_.load(std::memory_order_relaxed); }

  /// Counts a connection under an address, in place of the one before. False: the address has too many (then it has no
  /// seat).
  [[nodiscard]] bool seat(Place& place, const IpAddress& address);
  void unseat(Place& place);
  /// It waits for a request, and may be closed to make room: its descriptor's reading end is shut, which its loop then
  /// sees.
  void idle(Place& place);
  void busy(Place& place);
  /// False: nobody is idle.
  bool close_longest_idle();

  /// What a seated connection keeps in memory now, in place of what it said before. `unavailable` where the process,
  /// and `too_many_connections` where the address has too much; nothing is held then.
  [[nodiscard]] Result<void> hold(Place& place, std::size_t bytes);

  [[nodiscard]] std::span<const IpNetwork> trusted_proxies() const { return settings_.trusted_proxies; }
  [[nodiscard]] std::size_t inside(const IpAddress& address);  ///< connections of its network
  [[nodiscard]] std::size_t held() const { return held_.load(std::memory_order_relaxed); }

 private:
  struct Count {
    std::size_t connections = 0;
    std::size_t bytes = 0;
  };
  using Counts = std::unordered_map<IpAddress, Count, IpAddress::Hash>;
  /// All of one /48, or of one IPv4 address, are in one.
  struct Shard {
    std::mutex mutex;
    Counts networks;
    Counts sites;             ///< IPv6 only
    std::list<Place*> idle;  ///< the one idle for longest first
  };
  /// Of one shard's lock: false and without effect where `most` would be passed.
  static bool add(Counts& counts, const IpAddress& key, Count more, Count most);
  static void take_off(Counts& counts, const IpAddress& key, Count less);
  bool add(Shard& shard, const IpAddress& address, Count more) const;
  static void take_off(Shard& shard, const IpAddress& address, Count less);
  static void evict(Shard& shard, Place& victim);
  bool evict_one_of(Shard& shard, const IpAddress& address) const;

  Shard& shard_of(const IpAddress& address) { return shards_[IpAddress::Hash{}(address.site()) % shards_.size()]; }

  Settings settings_;
  std::atomic<std::size_t> open_{0};
  std::atomic<std::size_t> held_{0};
  std::array<Shard, 64> shards_;
};

class ConnectionGate::Place {
 public:
  explicit Place(int fd) : fd_(fd) {}
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  [[nodiscard]] std::size_t held() const noexcept { return bytes_; }

 private:
  friend class ConnectionGate;

  int fd_;
  std::size_t bytes_ = 0;
  Shard* shard_ = nullptr;  ///< null: not seated. What follows is guarded by its lock
  IpAddress address_{};
  bool counted_ = false;            ///< by address
  std::list<Place*> node_{this};  ///< holds the node while it is not idle
  std::list<Place*>::iterator at_ = node_.begin();
  std::int64_t idle_since_ = 0;  ///< 0: it is not idle
};

}  // namespace godwit::net
