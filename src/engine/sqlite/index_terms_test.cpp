#include "engine/sqlite/index_terms.hpp"

#include <doctest/doctest.h>

#include "base/utf8.hpp"
#include "domain/segments.hpp"

namespace godwit::engine::sqlite {

TEST_CASE("no text makes the terms that narrow a search") {
  for (const auto& term : {conversation_term(12), sender_term("alice")}) {
    const std::string text = term + " " + term;
    Segments segments(text);
    while (segments.next()) {
      std::string part;
      for (const char32_t c : segments.characters()) append_code_point(part, c);
      CHECK(part.find(term) == std::string::npos);
    }
  }
}

}  // namespace godwit::engine::sqlite
