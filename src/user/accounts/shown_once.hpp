#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/random.hpp"

namespace godwit::user {

/// A secret that the server makes and shows a single time, as `<prefix>_<id>_<secret>`, with 160 random bits of secret.
/// Only a hash of the secret is stored: it is random, so a fast hash is enough.
struct ShownOnce {
  std::string text;      ///< for its owner
  std::string id, hash;  ///< for the store
};
[[nodiscard]] ShownOnce make_shown_once(std::string_view prefix, Random& random);

struct SecretParts {
  std::string id, secret;
};
/// nullopt where `text` has another form.
[[nodiscard]] std::optional<SecretParts> read_shown_once(std::string_view prefix, std::string_view text);
/// In constant time.
[[nodiscard]] bool matches(const SecretParts& given, std::string_view hash);

/// The id of an invite, given by itself or inside of the invite's text.
[[nodiscard]] std::string id_of_invite(const std::string& text);

inline constexpr std::string_view kServiceKeyPrefix = "gwk", kInvitePrefix = "gwi";
inline constexpr Millis kLongestLife = Millis{3650} * 24 * 3600 * 1000;  ///< of one that expires

}  // namespace godwit::user
