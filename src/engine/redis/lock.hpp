#pragma once
#include <chrono>
#include <string>

#include "engine/redis/client.hpp"

namespace godwit::redis {

/// A lock of any number of processes: `SET name token NX PX`, and a release that deletes it only where it is still the
/// token's own. A hint, not a fact: its time may run out under the holder, and a failover may give it to two. So it is
/// for work that may be done twice. Thread-safe.
class Lock {
 public:
  explicit Lock(Client& client) : client_(client) {}

  /// false: somebody else holds it. `token`: no other caller's. unavailable: it may have been taken.
  Task<Result<bool>> take(std::string name, std::string token, std::chrono::milliseconds longest);
  /// Of somebody else's, or one that ran out: nothing happens.
  Task<Result<void>> release(std::string name, std::string token);

 private:
  Client& client_;
};

}  // namespace godwit::redis
