#pragma once
#include <string>

#include "base/clock.hpp"
#include "base/executor.hpp"
#include "base/log.hpp"

namespace godwit::app {

/// What monitors ask of every process, under the names that Prometheus' own clients use (`process_*`), the build, and
/// the room on the disk of `data`, as they are now; in the Prometheus text format. `started`: the process, Unix ms.
[[nodiscard]] std::string vital_signs(const std::string& data, Millis started);

/// Bytes that are free for us on the disk of `directory`; 0 where it cannot be asked.
[[nodiscard]] std::uint64_t free_bytes(const std::string& directory);

/// Warns in the log while little room is left: at once, then once an hour.
class DiskWatch {
 public:
  static constexpr std::uint64_t kLittle = std::uint64_t{1} << 30U;  ///< as `godwit doctor` judges it

  DiskWatch(std::string data, Log& log) : data_(std::move(data)), log_(log) {}

  /// Looks every minute from now on; `loop` runs no jobs any more when this goes.
  void start(Executor& loop);
  /// One look, at a minute, of `free` bytes.
  void look(std::uint64_t free);

 private:
  static constexpr int kLooksAWarning = 60;

  std::string data_;
  Log& log_;
  int quiet_ = 0;  // looks until the next warning
};

}  // namespace godwit::app
