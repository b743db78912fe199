#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace godwit {

/// What a folded character does to the text that it stands in.
enum class CharKind : std::uint8_t {
  separator,  ///< ends whatever ran
  word,       ///< a letter, digit or mark of a script that puts spaces between words
  run,        ///< of a script that does not: Han, Kana, Hangul, Bopomofo, Thai, Lao, Khmer, Myanmar
};

/// `character` stands for the text's code points begin ≤ i < end.
struct Folded {
  char32_t character = 0;
  CharKind kind = CharKind::separator;
  std::uint32_t begin = 0, end = 0;
};

/// Walks a text from one folded character to the next, so that all spellings of a text give the same ones.
///
/// That is NFKC_Casefold (one case, one width, ligatures and squared words taken apart, marks put together with their
/// letter, what has no look left out), and further:
///   - accents of Latin, Greek, Cyrillic and vowel marks of Arabic, Hebrew and Syriac are left out, the tatweel too;
///   - letters that Unicode does not take apart become what people type for them: đ ð d, ħ h, ı i, ł l, ŋ n, ø o,
///     ŧ t, þ th, æ ae, œ oe and their kind; ى ی ي, ة ه, ک ك, ٱ ا;
///   - ™ and ℠ end a word instead of being letters of it.
/// Time and memory are linear in the text: a code point gives 18 characters at most, of 30 marks on one letter the
/// order is looked at.
class Folding {
 public:
  explicit Folding(std::string_view text);

  /// The next one; false behind the last.
  bool next(Folded& out);

 private:
  struct Item {
    Folded folded;
    int combining_class;
  };
  [[nodiscard]] bool is_ascii(std::size_t at) const noexcept { return static_cast<unsigned char>(text_[at]) < 0x80; }
  void take_apart(char32_t c, std::uint32_t at);
  void push(char32_t c, std::uint32_t at);
  void flush();

  std::string_view text_;
  std::size_t at_ = 0;          // bytes
  std::uint32_t position_ = 0;  // code points
  // What may still be put together with what comes: a starter (or none) and marks in canonical order.
  static constexpr std::size_t kMarks = 30;  // UAX #15, stream-safe text
  std::array<Item, kMarks + 1> cluster_;
  std::size_t size_ = 0;
  std::vector<Folded> ready_;
  std::size_t taken_ = 0;  // of ready_
};

/// Names the fold: it changes with this code and with Unicode's data, and then what was made by it is made anew.
[[nodiscard]] std::string folding_version();

}  // namespace godwit
