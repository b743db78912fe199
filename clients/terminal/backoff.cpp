#include "clients/terminal/backoff.hpp"

#include <algorithm>

#include "wire/json.hpp"

namespace godwit::chat {
namespace {
/// 4001's {"delayMs":n}; none where the reason says nothing of the kind.
std::optional<Millis> told_delay(std::string_view reason) {
  auto fields = wire::Fields::parse(reason);
  if (!fields) return std::nullopt;
  const auto delay = fields->maybe_integer("delayMs");
  if (!delay || *delay < 0) return std::nullopt;
  return std::min<Millis>(*delay, 10 * Backoff::kMost);
}
}  // namespace

Millis Backoff::again(std::uint32_t chance) {
  const Millis most = std::min(kMost, kFirst << std::min(attempts_, 10U));
  ++attempts_;
  return static_cast<Millis>(chance) * most >> 32;
}

std::optional<Millis> Backoff::after(std::uint16_t code, std::string_view reason, Millis lived, std::uint32_t chance) {
  if (code >= 4500 && code <= 4999) return std::nullopt;
  // One that closed at once is no proof that coming back works: only a connection that stood starts the count anew.
  if (lived >= kStable) attempts_ = 0;
  if (code == 4001) {
    if (const auto delay = told_delay(reason)) return delay;
  }
  return again(chance);
}

}  // namespace godwit::chat
