#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace godwit {

/// 3–32 of [a-z0-9._-], starting with a letter or digit.
[[nodiscard]] bool is_key(std::string_view text) noexcept;
/// ASCII letters lower-cased: what is done to a key on entry.
[[nodiscard]] std::string lower(std::string_view text);

/// Limits of the fields that people write; characters are code points.
struct FieldLimit {
  std::string_view field;
  std::size_t least;
  std::size_t most;
};
inline constexpr FieldLimit kPassword{"password", 8, 128}, kName{"name", 1, 64}, kBio{"bio", 0, 280},
    kAvatar{"avatar", 0, 512}, kNote{"note", 0, 200}, kNotice{"notice", 0, 1024}, kAlias{"alias", 0, 64},
    kTitle{"title", 0, 128}, kDeviceId{"device.id", 1, 64}, kDeviceName{"device.name", 0, 64},
    kClientId{"clientId", 1, 64};

/// 422 naming the field where `text` has too few or too many characters, or a NUL.
[[nodiscard]] Result<void> check(const FieldLimit& limit, std::string_view text);
/// A message's text: 1–8,192 bytes, no NUL.
[[nodiscard]] Result<void> check_message_text(std::string_view text);

}  // namespace godwit
