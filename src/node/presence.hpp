#pragma once
#include <array>
#include <cstdint>
#include <mutex>
#include <unordered_map>

#include "domain/ids.hpp"

namespace godwit::node {

/// How many sockets each user has here. Thread-safe; sharded, touched when a socket opens or closes and when somebody
/// asks.
class Presence {
 public:
  /// The count behind the change.
  std::uint32_t add(const UserKey& user);
  std::uint32_t remove(const UserKey& user);
  [[nodiscard]] std::uint32_t count(const UserKey& user) const;
  [[nodiscard]] std::size_t users() const;

 private:
  struct Shard {
    mutable std::mutex mutex;
    std::unordered_map<UserKey, std::uint32_t> counts;
  };
  [[nodiscard]] Shard& shard_of(const UserKey& user) const {
    return shards_[std::hash<UserKey>{}(user) % shards_.size()];
  }
  mutable std::array<Shard, 64> shards_;
};

}  // namespace godwit::node
