#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "domain/search_terms.hpp"

/// What the index has beside the terms of texts (domain/search_terms.hpp).
namespace godwit::engine::sqlite {

/// Terms that no text can hold, by which a search is narrowed.
[[nodiscard]] std::string conversation_term(std::int64_t conversation);
[[nodiscard]] std::string sender_term(std::string_view sender);

/// What the index is given for a message: its tags and its text in one value, which the tokenizer takes apart.
[[nodiscard]] std::string index_document(std::int64_t conversation, std::string_view sender, std::string_view text);

}  // namespace godwit::engine::sqlite
