#pragma once
#include <string>
#include <utility>

#include "base/error.hpp"

namespace godwit::app {

/// Holds `<data>/LOCK` (flock), so that one process at a time works on a data directory. Released with the object, and
/// by the kernel when the process dies. `serve` takes it before it opens any engine.
class DataLock {
 public:
  /// Makes the directory (mode 0700) where it is missing. unavailable, saying who holds it, where another process does;
  /// bad_parameter where the directory cannot be made or written.
  [[nodiscard]] static Result<DataLock> take(const std::string& data);

  DataLock(DataLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  DataLock& operator=(DataLock other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~DataLock();

 private:
  explicit DataLock(int fd) : fd_(fd) {}
  int fd_;
};

/// Whether the directory is missing, or holds nothing but a lock file.
[[nodiscard]] bool is_empty_data(const std::string& data);

}  // namespace godwit::app
