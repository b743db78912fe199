#pragma once
#include <array>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "net/http_server.hpp"

namespace godwit::gateway {

/// Counts open connections by client address, HTTP and sockets together, and refuses those above the cap. Thread-safe.
class AddressGate final : public net::ConnectionGate {
 public:
  /// `most` a client address; 0 = no cap (nothing is counted then).
  explicit AddressGate(std::size_t most) : most_(most) {}

  bool admit(const std::string& peer) override;
  void release(const std::string& peer) override;

  /// For a socket that leaves HTTP: counted until the lease goes. Null where there is no cap. The gate must outlive it.
  [[nodiscard]] std::shared_ptr<void> lease(const std::string& peer);

 private:
  struct Shard {
    std::mutex mutex;
    std::unordered_map<std::string, std::size_t> open;
  };
  Shard& shard_of(const std::string& peer) { return shards_[std::hash<std::string>{}(peer) % shards_.size()]; }

  std::size_t most_;
  std::array<Shard, 16> shards_;
};

}  // namespace godwit::gateway
