#pragma once
#include <rocksdb/env.h>

#include <mutex>
#include <string>

#include "base/log.hpp"

namespace godwit::rocks {

/// RocksDB's own log: warnings and errors become lines of ours, the rest is dropped, so that no LOG file grows.
/// Remembers the first line about damage, because a failed open names the damaged file only there. Thread-safe.
class InfoLog final : public ::rocksdb::Logger {
 public:
  explicit InfoLog(Log& log) : ::rocksdb::Logger(::rocksdb::InfoLogLevel::WARN_LEVEL), log_(log) {}

  using ::rocksdb::Logger::Logv;
  void Logv(const char* format, va_list arguments) override { write(Level::info, format, arguments); }
  void Logv(::rocksdb::InfoLogLevel level, const char* format, va_list arguments) override;

  [[nodiscard]] std::string first_damage() const;

 private:
  void write(Level level, const char* format, va_list arguments);

  Log& log_;
  mutable std::mutex mutex_;
  std::string first_damage_;
};

}  // namespace godwit::rocks
