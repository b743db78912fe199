#include "base/log_rate.hpp"

#include <algorithm>
#include <utility>

namespace godwit {
namespace {
constexpr std::size_t kMostNames = 1024;
constexpr std::size_t kMostBytes = 200;
}  // namespace

LogRate::Verdict LogRate::count(std::string_view name) {
  const Millis now = clock_.now();
  const std::lock_guard lock(mutex_);
  auto found = entries_.find(name);
  if (found == entries_.end()) {
    if (entries_.size() >= kMostNames) entries_.clear();
    found = entries_.emplace(std::string(name), Entry{.written = now - kPause, .held = 0}).first;
  }
  auto& entry = found->second;
  ++entry.held;
  const bool clock_went_back = now < entry.written;
  if (now - entry.written < kPause && !clock_went_back) return {.first_held = entry.held == 1, .count = entry.held};
  entry.written = now;
  return {.write = true, .count = std::exchange(entry.held, std::uint64_t{0})};
}

std::uint64_t LogRate::rest(std::string_view name) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(name);
  if (found == entries_.end() || found->second.held == 0) return 0;
  found->second.written = clock_.now();
  return std::exchange(found->second.held, std::uint64_t{0});
}

std::string printable(std::string_view text) {
  std::string out(text.substr(0, kMostBytes));
  std::ranges::replace_if(out, [](char c) { return c < 0x20 || c > 0x7E; }, '?');
  return out;
}

}  // namespace godwit
