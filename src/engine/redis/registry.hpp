#pragma once
#include <atomic>

#include "base/clock.hpp"
#include "engine/redis/client.hpp"
#include "engine/redis/registry_scripts.hpp"
#include "service/registry.hpp"

namespace godwit::redis {

struct RegistrySettings {
  Millis lease = 8'000;
  Millis absence = 5'000;        ///< how long a user is away before it is told
  std::size_t changes = 65'536;  ///< that are remembered
  const Clock* clock = nullptr;  ///< for tests: instead of Redis' own; the same for all processes
};

/// registry::Registry in Redis, for all processes with the same prefix. Everything lies in one slot, and each verb is
/// one script. Where Redis started anew, or a replica became the primary, every node's life is over: they join again,
/// and so make good what it may have lost; changes say `lost`. Of a node that died with many sockets each verb forgets
/// 2000, of users who went for good each tells 1000. Thread-safe.
class RedisRegistry final : public registry::Registry {
 public:
  RedisRegistry(Client& client, RegistrySettings settings);

  Task<Result<registry::Node>> join(std::string name) override;
  Task<Result<void>> renew(registry::Node node, std::uint32_t sockets, bool draining) override;
  Task<Result<std::vector<registry::Epoch>>> enter(registry::Node node, std::vector<registry::Socket> sockets) override;
  Task<Result<void>> leave(SessionId session, registry::Epoch epoch) override;
  Task<Result<std::vector<registry::Live>>> nodes() override;
  Task<Result<registry::Standings>> standings(std::vector<UserKey> users) override;
  Task<Result<registry::Changes>> changes_after(registry::Position after) override;

 private:
  Task<Result<Reply>> run(const Script& script, std::vector<std::string> own);
  void seen(registry::Position position);
  void seen(registry::Epoch epoch);

  Client& client_;
  const RegistrySettings settings_;
  const RegistryScripts scripts_;
  const std::vector<std::string> keys_;
  std::atomic<std::uint64_t> changes_epoch_{0}, socket_epoch_{0};  ///< the greatest that were seen
};

}  // namespace godwit::redis
