#pragma once
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace godwit {

/// Holds a kind of log line to one a second for each name (a route, a setting), and counts what was not written, so
/// that one fault cannot fill a disk. At 1,024 names all are forgotten. Thread-safe.
class LogRate {
 public:
  explicit LogRate(const Clock& clock) : clock_(clock) {}

  struct Verdict {
    bool write = false;       ///< now; `count` stands for all since the last line, this one included
    bool first_held = false;  ///< not now, and the first of this second: somebody should ask `rest` when it is over
    std::uint64_t count = 0;
  };
  /// One happened.
  [[nodiscard]] Verdict count(std::string_view name);
  /// How many were counted and not written; 0 from then on, as if they had been.
  [[nodiscard]] std::uint64_t rest(std::string_view name);

  static constexpr Millis kPause = 1000;

 private:
  struct Entry {
    Millis written = 0;
    std::uint64_t held = 0;
  };

  const Clock& clock_;
  std::mutex mutex_;
  std::map<std::string, Entry, std::less<>> entries_;
};

/// What a client sent, for a log line: at most 200 bytes, all but visible ASCII as '?'.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace godwit
