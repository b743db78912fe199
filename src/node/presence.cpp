#include "node/presence.hpp"

namespace godwit::node {

std::uint32_t Presence::add(const UserKey& user) {
  auto& shard = shard_of(user);
  std::lock_guard lock(shard.mutex);
  return ++shard.counts[user];
}

std::uint32_t Presence::remove(const UserKey& user) {
  auto& shard = shard_of(user);
  std::lock_guard lock(shard.mutex);
  const auto found = shard.counts.find(user);
  if (found == shard.counts.end()) return 0;
  const auto left = --found->second;
  if (left == 0) shard.counts.erase(found);
  return left;
}

std::uint32_t Presence::count(const UserKey& user) const {
  auto& shard = shard_of(user);
  std::lock_guard lock(shard.mutex);
  const auto found = shard.counts.find(user);
  return found == shard.counts.end() ? 0 : found->second;
}

std::size_t Presence::users() const {
  std::size_t all = 0;
  for (const auto& shard : shards_) {
    std::lock_guard lock(shard.mutex);
    all += shard.counts.size();
  }
  return all;
}

}  // namespace godwit::node
