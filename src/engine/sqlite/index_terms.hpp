#pragma once
#include <cstdint>
#include <string>
#include <string_view>

/// What the index of texts is made of: a term for each word, and for each pair of characters of a run
/// (domain/segments.hpp).
namespace godwit::engine::sqlite {

/// The longest word that the index tells from others; what comes after it is compared in the text itself.
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
