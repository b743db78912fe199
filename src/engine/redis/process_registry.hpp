#pragma once
#include "engine/redis/client.hpp"
#include "service/process_registry.hpp"

namespace godwit::redis {

/// processes::Registry in Redis, for all processes with the same prefix: one hash, by Redis' clock. Thread-safe.
class RedisProcessRegistry final : public processes::Registry {
 public:
  /// `clock`: for tests, instead of Redis' own; the same for all processes.
  explicit RedisProcessRegistry(Client& client, const Clock* clock = nullptr);

  Task<Result<void>> announce(processes::Entry entry) override;
  Task<Result<void>> withdraw(std::string id) override;
  Task<Result<std::vector<processes::Entry>>> entries() override;

 private:
  Client& client_;
  const Clock* const clock_;
  const Script announce_, entries_;
  const std::string key_;
};

}  // namespace godwit::redis
