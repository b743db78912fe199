#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/sqlite/folding.hpp"

namespace godwit::engine::sqlite {

/// Walks a text from one searchable stretch to the next: a word, or an unbroken run of characters of a script without
/// spaces. The same walk makes the index, reads the query and finds what to highlight, so the three cannot disagree.
class Segments {
 public:
  explicit Segments(std::string_view text) : folding_(text) {}

  /// On to the next stretch; false behind the last.
  bool next();

  [[nodiscard]] bool is_run() const noexcept { return is_run_; }
  /// The stretch's characters, folded.
  [[nodiscard]] const std::u32string& characters() const noexcept { return characters_; }
  /// Where the i-th of them begins and ends (accents behind it included), in code points of the text.
  [[nodiscard]] std::uint32_t begin_of(std::size_t i) const noexcept { return begins_[i]; }
  [[nodiscard]] std::uint32_t end_of(std::size_t i) const noexcept { return ends_[i]; }

 private:
  Folding folding_;
  Folded folded_;
  bool held_ = false;  // folded_ begins the next stretch
  bool is_run_ = false;
  std::u32string characters_;
  std::vector<std::uint32_t> begins_, ends_;
};

/// The longest word that the index tells from others; what is behind it is compared in the text itself.
inline constexpr std::size_t kTermCharacters = 32;

/// The term of a word in the index: its first kTermCharacters.
void append_word_term(std::string& out, std::u32string_view word);
/// The term of a run's characters at `i`: two together, or the last one alone.
void append_run_term(std::string& out, std::u32string_view run, std::size_t i);

/// Terms that no text can hold, by which a search is narrowed.
[[nodiscard]] std::string conversation_term(std::int64_t conversation);
[[nodiscard]] std::string sender_term(std::string_view sender);

/// What the index is given for a message: its tags and its text in one value, which `for_each_term` takes apart.
[[nodiscard]] std::string index_document(std::int64_t conversation, std::string_view sender, std::string_view text);

}  // namespace godwit::engine::sqlite
