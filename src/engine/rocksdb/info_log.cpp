#include "engine/rocksdb/info_log.hpp"

#include <array>
#include <cstdio>

namespace godwit::rocks {

void InfoLog::Logv(::rocksdb::InfoLogLevel level, const char* format, va_list arguments) {
  if (level < GetInfoLogLevel() || level == ::rocksdb::InfoLogLevel::HEADER_LEVEL) return;
  write(level == ::rocksdb::InfoLogLevel::WARN_LEVEL ? Level::warn : Level::error, format, arguments);
}

void InfoLog::write(Level level, const char* format, va_list arguments) {
  if (level < Level::warn) return;
  std::array<char, 1024> line{};
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wformat-nonliteral"
  std::vsnprintf(line.data(), line.size(), format, arguments);
#pragma clang diagnostic pop
  const std::string text(line.data());
  log_.write(level, "rocksdb", {{"text", text}});
  if (text.find("dropping") == std::string::npos && text.find("orruption") == std::string::npos) return;
  std::lock_guard lock(mutex_);
  if (first_damage_.empty()) first_damage_ = text;
}

std::string InfoLog::first_damage() const {
  std::lock_guard lock(mutex_);
  return first_damage_;
}

}  // namespace godwit::rocks
