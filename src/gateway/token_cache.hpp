#pragma once
#include <string>
#include <string_view>
#include <unordered_map>

#include "service/user.hpp"

namespace godwit::gateway {

/// Remembers which tokens were good, so that a call costs one look-up instead of a signature. One a loop, loop's thread
/// only. Everything is forgotten when any session has ended anywhere (user::Service::revocations), and when it is full.
class TokenCache {
 public:
  explicit TokenCache(user::Service& users) : users_(users) {}

  /// nullptr: not known, ask the user role. The pointer is good until the next call.
  [[nodiscard]] const Identity* find(std::string_view token, Millis now);
  /// `asked_at`: revocations() before the user role was asked; an answer older than a revocation is not kept.
  void keep(std::string_view token, const Identity& who, std::uint64_t asked_at);

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
  };
  void forget_if_revoked();

  user::Service& users_;
  std::uint64_t revocations_ = 0;
  std::unordered_map<std::string, Identity, Hash, std::equal_to<>> known_;
};

}  // namespace godwit::gateway
