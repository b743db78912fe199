#include "gateway/address_gate.hpp"

namespace godwit::gateway {

bool AddressGate::admit(const std::string& peer) {
  if (most_ == 0) return true;
  auto& shard = shard_of(peer);
  std::lock_guard lock(shard.mutex);
  auto& open = shard.open[peer];
  if (open >= most_) return false;
  ++open;
  return true;
}

void AddressGate::release(const std::string& peer) {
  if (most_ == 0) return;
  auto& shard = shard_of(peer);
  std::lock_guard lock(shard.mutex);
  const auto found = shard.open.find(peer);
  if (found != shard.open.end() && --found->second == 0) shard.open.erase(found);
}

std::shared_ptr<void> AddressGate::lease(const std::string& peer) {
  if (most_ == 0) return nullptr;
  auto& shard = shard_of(peer);
  {
    std::lock_guard lock(shard.mutex);
    ++shard.open[peer];  // its HTTP connection was admitted and is released now: no second question
  }
  return {static_cast<void*>(this), [this, peer](void*) { release(peer); }};
}

}  // namespace godwit::gateway
