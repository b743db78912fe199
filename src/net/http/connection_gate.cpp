#include "net/http/connection_gate.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <chrono>

#include "net/http/forwarded.hpp"

namespace godwit::net {
namespace {

constexpr std::size_t kSiteFactor = 4;      ///< times what one network may have
constexpr std::size_t kAddressShare = 8;    ///< of the bytes, one address may have this part

std::int64_t now() { return std::chrono::steady_clock::now().time_since_epoch().count(); }

}  // namespace

ConnectionGate::Room ConnectionGate::enter() {
  const std::size_t before = open_.fetch_add(1, std::memory_order_relaxed);
  // Those refused at the door may linger for their answer in an eighth more places; beyond that there is no answer.
  if (before >= settings_.connections + settings_.connections / 8 + 8) {
    leave();
    return Room::none;
  }
  return before < settings_.connections || close_longest_idle() ? Room::free : Room::full;
}

bool ConnectionGate::add(Counts& counts, const IpAddress& key, Count more, Count most) {
  auto& count = counts[key];
  if (count.connections + more.connections <= most.connections && count.bytes + more.bytes <= most.bytes) {
    count.connections += more.connections;
    count.bytes += more.bytes;
    return true;
  }
  if (count.connections == 0) counts.erase(key);
  return false;
}

void ConnectionGate::take_off(Counts& counts, const IpAddress& key, Count less) {
  const auto found = counts.find(key);
  found->second.connections -= less.connections;
  found->second.bytes -= less.bytes;
  if (found->second.connections == 0) counts.erase(found);
}

bool ConnectionGate::add(Shard& shard, const IpAddress& address, Count more) const {
  const Count most{settings_.per_address, settings_.buffer_bytes / kAddressShare};
  if (!add(shard.networks, address.network(), more, most)) return false;
  if (address.is_v4()) return true;
  const Count most_of_site{most.connections * kSiteFactor, most.bytes * kSiteFactor};
  if (add(shard.sites, address.site(), more, most_of_site)) return true;
  take_off(shard.networks, address.network(), more);
  return false;
}

void ConnectionGate::take_off(Shard& shard, const IpAddress& address, Count less) {
  take_off(shard.networks, address.network(), less);
  if (!address.is_v4()) take_off(shard.sites, address.site(), less);
}

bool ConnectionGate::seat(Place& place, const IpAddress& address) {
  if (place.shard_ != nullptr && place.address_ == address) return true;
  const std::size_t bytes = place.bytes_;
  unseat(place);
  auto& shard = shard_of(address);
  const bool counted = settings_.per_address != 0 && !trusts(settings_.trusted_proxies, address);
  const std::lock_guard lock(shard.mutex);
  if (counted) {
    const Count one{1, bytes};
    if (!add(shard, address, one) && !(evict_one_of(shard, address) && add(shard, address, one))) return false;
  }
  held_.fetch_add(bytes, std::memory_order_relaxed);
  place.bytes_ = bytes;
  place.shard_ = &shard;
  place.address_ = address;
  place.counted_ = counted;
  return true;
}

void ConnectionGate::unseat(Place& place) {
  if (place.shard_ == nullptr) return;
  const std::lock_guard lock(place.shard_->mutex);
  const std::size_t bytes = std::exchange(place.bytes_, 0);
  held_.fetch_sub(bytes, std::memory_order_relaxed);
  if (std::exchange(place.idle_since_, 0) != 0) place.node_.splice(place.node_.end(), place.shard_->idle, place.at_);
  if (std::exchange(place.counted_, false)) take_off(*place.shard_, place.address_, {1, bytes});
  place.shard_ = nullptr;
}

void ConnectionGate::idle(Place& place) {
  if (place.shard_ == nullptr) return;
  const std::lock_guard lock(place.shard_->mutex);
  if (place.idle_since_ != 0) return;
  place.idle_since_ = now();
  place.shard_->idle.splice(place.shard_->idle.end(), place.node_, place.at_);
}

void ConnectionGate::busy(Place& place) {
  if (place.shard_ == nullptr) return;
  const std::lock_guard lock(place.shard_->mutex);
  if (std::exchange(place.idle_since_, 0) != 0) place.node_.splice(place.node_.end(), place.shard_->idle, place.at_);
}

/// It gives up its count at once, so that the newcomer can have it; its loop closes it.
void ConnectionGate::evict(Shard& shard, Place& victim) {
  victim.idle_since_ = 0;
  victim.node_.splice(victim.node_.end(), shard.idle, victim.at_);
  if (std::exchange(victim.counted_, false)) take_off(shard, victim.address_, {1, victim.bytes_});
  ::shutdown(victim.fd_, SHUT_RD);
}

/// The longest idle of the network, or, where that has room and only its site is full, of the site.
bool ConnectionGate::evict_one_of(Shard& shard, const IpAddress& address) const {
  const auto own = shard.networks.find(address.network());
  const bool own_is_full = own != shard.networks.end() && own->second.connections >= settings_.per_address;
  const auto victim = std::ranges::find_if(shard.idle, [&](const Place* place) {
    return place->counted_ && (own_is_full ? place->address_.network() == address.network()
                                           : place->address_.site() == address.site());
  });
  if (victim == shard.idle.end()) return false;
  evict(shard, **victim);
  return true;
}

bool ConnectionGate::close_longest_idle() {
  Shard* longest = nullptr;
  std::int64_t since = 0;
  for (auto& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    if (shard.idle.empty() || (longest != nullptr && shard.idle.front()->idle_since_ >= since)) continue;
    longest = &shard;
    since = shard.idle.front()->idle_since_;
  }
  if (longest == nullptr) return false;
  const std::lock_guard lock(longest->mutex);
  if (longest->idle.empty()) return false;
  evict(*longest, *longest->idle.front());
  return true;
}

Result<void> ConnectionGate::hold(Place& place, std::size_t bytes) {
  if (bytes == place.bytes_ || place.shard_ == nullptr) return {};
  const std::lock_guard lock(place.shard_->mutex);
  const std::size_t before = std::exchange(place.bytes_, 0);
  held_.fetch_sub(before, std::memory_order_relaxed);
  if (place.counted_) take_off(*place.shard_, place.address_, {0, before});
  if (held_.fetch_add(bytes, std::memory_order_relaxed) + bytes > settings_.buffer_bytes) {
    held_.fetch_sub(bytes, std::memory_order_relaxed);
    return std::unexpected(
        Error{.code = Code::unavailable, .detail = "too many requests are under way", .retry_after_s = 1});
  }
  if (place.counted_ && !add(*place.shard_, place.address_, {0, bytes})) {
    held_.fetch_sub(bytes, std::memory_order_relaxed);
    return std::unexpected(Error{
        .code = Code::too_many_connections, .detail = "too much of this address is under way", .retry_after_s = 1});
  }
  place.bytes_ = bytes;
  return {};
}

std::size_t ConnectionGate::inside(const IpAddress& address) {
  auto& shard = shard_of(address);
  const std::lock_guard lock(shard.mutex);
  const auto found = shard.networks.find(address.network());
  return found == shard.networks.end() ? 0 : found->second.connections;
}

}  // namespace godwit::net
