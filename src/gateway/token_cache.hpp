#pragma once
#include <string>
#include <string_view>
#include <unordered_map>

#include "service/ended_sessions.hpp"
#include "service/user.hpp"

namespace godwit::gateway {

/// Remembers which tokens were good, so that a call costs one look-up instead of a signature. One a loop, loop's thread
/// only. Everything is forgotten when any session has ended anywhere, and when it is full; nothing is believed while
/// the change log is not heard, nor what is from before that.
class TokenCache {
 public:
  TokenCache(const changes::ChangeFeed& feed, const changes::EndedSessions& ended) : feed_(feed), ended_(ended) {}

  /// nullptr: not known, ask the user role. The pointer is good until the next call.
  [[nodiscard]] const Identity* find(std::string_view token, Millis now);
  /// Taken before a proof is asked for: of what was known by then.
  [[nodiscard]] std::uint64_t version() const noexcept { return ended_.version(); }
  /// Not kept where the session ended since it was proven, or where proofs may have become wrong since `asked`.
  void keep(std::string_view token, const user::Proven& proven, std::uint64_t asked);

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
  };
  void forget_if_ended();

  const changes::ChangeFeed& feed_;
  const changes::EndedSessions& ended_;
  std::uint64_t version_ = 0;
  std::unordered_map<std::string, Identity, Hash, std::equal_to<>> known_;
};

}  // namespace godwit::gateway
