#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace godwit::engine::sqlite {

/// What a character does to the text that it stands in.
enum class CharKind : std::uint8_t {
  separator,  ///< ends whatever ran
  word,       ///< a letter, digit or mark of a script that puts spaces between words
  run,        ///< of a script that does not: Han, Kana, Hangul, Bopomofo, Thai, Lao, Khmer, Myanmar
  ignored,    ///< changes how its neighbour looks, not what it says: accents, joiners, variation selectors
};

/// The next character of `text` at `at`, which is moved behind it. A byte that is not UTF-8 is U+FFFD, one byte long.
[[nodiscard]] char32_t next_character(std::string_view text, std::size_t& at) noexcept;
void append_character(std::string& out, char32_t character);

[[nodiscard]] CharKind kind_of(char32_t character) noexcept;
/// One for all spellings of a letter: lower case, without accents, of normal width.
[[nodiscard]] char32_t fold(char32_t character) noexcept;

/// The data behind the two; see archive_unicode_tables.py.
struct UnicodeTables {
  std::span<const char32_t> word_bounds;
  std::span<const char16_t> fold_low;   ///< from U+00C0
  std::span<const char16_t> fold_high;  ///< from U+1E00
};
[[nodiscard]] const UnicodeTables& unicode_tables() noexcept;

}  // namespace godwit::engine::sqlite
