#pragma once
#include <string>
#include <vector>

#include "base/leaky_counts.hpp"
#include "base/task.hpp"

namespace godwit::user {

/// The port of counts that every user role goes by, so that two of them let nobody guess twice as often: wrong
/// passwords by account, network, device and session; new accounts by address. Thread-safe; names and times are the
/// engine's own, and may be lost with it: then everybody begins anew.
///   - an engine that cannot count several names in one step takes back what it had counted before it refuses. Attempts
///   at the same time may be refused for it, never let through.
///   - unavailable: counted or not; the same attempt may come again. How long an engine tries is short: a login waits.
class Counts {
 public:
  virtual ~Counts() = default;

  /// Counts one for all of `names`, or for none and answers rate_limited with the longest wait. `attempt` is unique;
  /// where it comes again nothing more is counted.
  virtual Task<Result<void>> count(std::vector<CountedName> names, std::string attempt) = 0;
  /// As if that attempt had not been made, within a minute of it. Idempotent. An attempt that nobody takes back stays
  /// counted, also where whoever made it died.
  virtual Task<Result<void>> take_back(std::vector<CountedName> names, std::string attempt) = 0;
};

}  // namespace godwit::user
