#include "domain/search_terms.hpp"

#include <doctest/doctest.h>

#include <vector>

namespace godwit {

TEST_CASE("a word's term ends where the index stops telling words apart") {
  std::string term;
  append_word_term(term, std::u32string(500, U'x'));
  CHECK(term == std::string(kTermCharacters, 'x'));
}

TEST_CASE("the terms of a text: words, and a run's characters by twos, the last one alone") {
  std::vector<std::string> terms;
  const auto take = [&](std::string_view term) { return terms.emplace_back(term), terms.size() < 9; };
  for_each_term("Hello 天气好，雁 B", take);
  CHECK(terms == std::vector<std::string>{"hello", "天气", "气好", "好", "雁", "b"});
  terms.clear();
  for_each_term("a b c d e f g h i j k", take);
  CHECK(terms.size() == 9);
}

}  // namespace godwit
