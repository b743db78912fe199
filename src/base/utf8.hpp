#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF.
namespace godwit {

/// What stands for a byte that is not UTF-8.
inline constexpr char32_t kReplacement = 0xFFFD;

/// Validates UTF-8 as it arrives. 3 bytes of state, so that a character may lie across fragments.
class Utf8Validator {
 public:
  /// False from the first byte on that no valid text can contain; then the validator is used up.
  [[nodiscard]] bool feed(std::string_view bytes) noexcept;

  /// Whether the text may end here, that is, not inside a character.
  [[nodiscard]] bool complete() const noexcept { return needed_ == 0; }

 private:
  std::uint8_t needed_ = 0;  ///< continuation bytes still to come
  std::uint8_t low_ = 0x80;  ///< bounds of the next continuation byte
  std::uint8_t high_ = 0xBF;
};

[[nodiscard]] inline bool is_utf8(std::string_view text) noexcept {
  Utf8Validator validator;
  return validator.feed(text) && validator.complete();
}

/// The next code point of `text` at `at`, which is moved after it. A byte that is not UTF-8 is U+FFFD, one byte long.
[[nodiscard]] char32_t next_code_point(std::string_view text, std::size_t& at) noexcept;
void append_code_point(std::string& out, char32_t c);

/// All of them; and back.
[[nodiscard]] std::u32string decode_utf8(std::string_view text);
[[nodiscard]] std::string encode_utf8(std::u32string_view text);

/// How many code points valid UTF-8 has.
[[nodiscard]] std::size_t characters(std::string_view utf8) noexcept;

}  // namespace godwit
