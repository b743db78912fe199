#include "gateway/token_cache.hpp"

namespace godwit::gateway {
namespace {
constexpr std::size_t kMostTokens = 4096;
}

void TokenCache::forget_if_ended() {
  const auto now = ended_.version();
  if (now == version_) return;
  version_ = now;
  known_.clear();
}

const Identity* TokenCache::find(std::string_view token, Millis now) {
  forget_if_ended();
  if (!feed_.fresh()) return nullptr;
  const auto found = known_.find(token);
  return found == known_.end() || found->second.expires_at <= now ? nullptr : &found->second;
}

void TokenCache::keep(std::string_view token, const user::Proven& proven, std::uint64_t asked) {
  forget_if_ended();
  if (asked != version_) return;
  // What ends after this look makes another version, and empties the cache.
  if (ended_.since(proven.who.session, proven.as_of) != changes::EndedSessions::Verdict::lives) return;
  if (known_.size() >= kMostTokens) known_.clear();
  known_.insert_or_assign(std::string(token), proven.who);
}

}  // namespace godwit::gateway
