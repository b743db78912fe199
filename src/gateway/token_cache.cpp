#include "gateway/token_cache.hpp"

namespace godwit::gateway {
namespace {
constexpr std::size_t kMostTokens = 4096;
}

void TokenCache::forget_if_revoked() {
  const auto now = users_.revocations();
  if (now == revocations_) return;
  revocations_ = now;
  known_.clear();
}

const Identity* TokenCache::find(std::string_view token, Millis now) {
  forget_if_revoked();
  const auto found = known_.find(token);
  return found == known_.end() || found->second.expires_at <= now ? nullptr : &found->second;
}

void TokenCache::keep(std::string_view token, const Identity& who, std::uint64_t asked_at) {
  forget_if_revoked();
  if (asked_at != revocations_) return;
  if (known_.size() >= kMostTokens) known_.clear();
  known_.insert_or_assign(std::string(token), who);
}

}  // namespace godwit::gateway
