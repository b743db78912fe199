#pragma once
#include <cstdint>
#include <string_view>

namespace godwit::net {

/// UTF-8 (RFC 3629) validated as it arrives: no overlong forms, no surrogates, nothing above U+10FFFF.
/// 3 bytes of state, so that a character may lie across fragments.
class Utf8Validator {
 public:
  /// False from the first byte on that no valid text can contain; then the validator is used up.
  [[nodiscard]] bool feed(std::string_view bytes) noexcept;

  /// Whether the text may end here, that is, not inside a character.
  [[nodiscard]] bool complete() const noexcept { return needed_ == 0; }

 private:
  std::uint8_t needed_ = 0;    ///< continuation bytes still to come
  std::uint8_t low_ = 0x80;    ///< bounds of the next continuation byte
  std::uint8_t high_ = 0xBF;
};

[[nodiscard]] inline bool is_utf8(std::string_view text) noexcept {
  Utf8Validator validator;
  return validator.feed(text) && validator.complete();
}

}  // namespace godwit::net
