#pragma once
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>

#include "base/error.hpp"

namespace godwit::rocks {

/// How far the newest write-ahead log was synced: what stands before it was perhaps answered and must be there, what
/// comes after it never was. `log` 0: nothing was.
struct Synced {
  std::uint64_t log = 0;     ///< the number in the log's name; every older log was synced whole
  std::uint64_t length = 0;  ///< bytes
};

/// The file SYNCED beside the logs (docs/formats.md). It is written after each sync of a log, without a sync of its
/// own: a power cut may leave an older word, which says less than the truth, never more. Only before a log is removed
/// is it synced, so that it never names one that is gone. Thread-safe.
class SyncedLength {
 public:
  /// Of a directory at rest; nullopt: there is none, or it cannot be read.
  [[nodiscard]] static std::optional<Synced> read(const std::filesystem::path& directory);
  [[nodiscard]] static std::filesystem::path path(const std::filesystem::path& directory) {
    return directory / "SYNCED";
  }

  SyncedLength() = default;
  SyncedLength(const SyncedLength&) = delete;
  SyncedLength& operator=(const SyncedLength&) = delete;
  ~SyncedLength();
  /// Makes the file where it is missing, and goes on from what it says.
  [[nodiscard]] Result<void> open(const std::filesystem::path& directory);

  void grown(std::uint64_t log, std::uint64_t length);
  /// False: the log must not be removed yet.
  [[nodiscard]] bool removing(std::uint64_t log);
  [[nodiscard]] Synced now() const;

 private:
  bool write();

  mutable std::mutex mutex_;
  int file_ = -1;
  Synced synced_;
};

}  // namespace godwit::rocks
