#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

/// What Unicode says about characters, by utf8proc. The only place that knows the library.
namespace godwit {

/// The version of Unicode whose data is in use, such as "14.0.0".
[[nodiscard]] std::string_view unicode_version() noexcept;

/// One form for all canonical spellings of a text (NFC). What is not UTF-8 stays as it is.
[[nodiscard]] std::string nfc(std::string_view text);

/// What a character is, as far as anybody here asks.
enum class CharClass : std::uint8_t { letter, number, mark, space, control, format, other };
[[nodiscard]] CharClass class_of(char32_t c) noexcept;
/// Canonical_Combining_Class: 0 for what others stand on.
[[nodiscard]] int combining_class(char32_t c) noexcept;
/// Default_Ignorable_Code_Point: joiners, soft hyphen, marks of direction, variation selectors.
[[nodiscard]] bool is_ignorable(char32_t c) noexcept;

/// The longest that decompose_folded makes of a character (U+FDFA).
inline constexpr std::size_t kLongestFold = 18;
/// The compatibility decomposition, case folded (a part of NFKC_Casefold); what is ignorable is nothing.
[[nodiscard]] std::size_t decompose_folded(char32_t c, std::span<char32_t, kLongestFold> out) noexcept;
/// The one character that is canonically `first` and then `second`; 0: there is none.
[[nodiscard]] char32_t compose(char32_t first, char32_t second) noexcept;

/// Where the character that people see at `at` ends: a letter with its marks, an emoji with its tone, its joined ones.
[[nodiscard]] std::size_t end_of_grapheme(std::u32string_view text, std::size_t at) noexcept;

}  // namespace godwit
