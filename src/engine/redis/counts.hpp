#pragma once
#include "engine/redis/client.hpp"
#include "user/store/counts.hpp"

namespace godwit::redis {

/// user::Counts in Redis, by Redis' clock. A name has a key of its own, and several names lie in several slots: each is
/// counted by itself, at the same time, and taken back where another refuses. A key goes with its count. Thread-safe.
class RedisCounts final : public user::Counts {
 public:
  /// `clock`: for tests, instead of Redis' own; the same for all processes.
  explicit RedisCounts(Client& client, const Clock* clock = nullptr);

  Task<Result<void>> count(std::vector<CountedName> names, std::string attempt) override;
  Task<Result<void>> take_back(std::vector<CountedName> names, std::string attempt) override;

 private:
  [[nodiscard]] std::vector<Command> calls(const Script& script, const std::vector<CountedName>& names,
                                           const std::string& attempt) const;

  Client& client_;
  const Clock* const clock_;
  const Script count_, take_back_;
};

}  // namespace godwit::redis
