#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "domain/segments.hpp"

/// What an index of texts is made of, whatever engine keeps it: a term for each word, and for each pair of characters
/// of a run (segments.hpp).
namespace godwit {

/// The longest word that an index tells from others; what comes after it is compared in the text itself.
inline constexpr std::size_t kTermCharacters = 32;

/// The term of a word: its first kTermCharacters.
void append_word_term(std::string& out, std::u32string_view word);
/// The term of a run's characters at `i`: two together, or the last one alone.
void append_run_term(std::string& out, std::u32string_view run, std::size_t i);

/// Calls take(term) for each term of `text`, in their order. A run's last term is a character alone, so the pairs of
/// two runs never follow each other: terms that stand together are of one run. Ends where `take` says false.
template <class Take>
void for_each_term(std::string_view text, Take take) {
  Segments segments(text);
  std::string term;
  while (segments.next()) {
    const auto& characters = segments.characters();
    const std::size_t terms = segments.is_run() ? characters.size() : 1;
    for (std::size_t i = 0; i < terms; ++i) {
      term.clear();
      segments.is_run() ? append_run_term(term, characters, i) : append_word_term(term, characters);
      if (!take(std::string_view(term))) return;
    }
  }
}

}  // namespace godwit
