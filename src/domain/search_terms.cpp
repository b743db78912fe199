#include "domain/search_terms.hpp"

#include "base/utf8.hpp"

namespace godwit {

void append_word_term(std::string& out, std::u32string_view word) {
  for (const char32_t c : word.substr(0, kTermCharacters)) append_code_point(out, c);
}

void append_run_term(std::string& out, std::u32string_view run, std::size_t i) {
  append_code_point(out, run[i]);
  if (i + 1 < run.size()) append_code_point(out, run[i + 1]);
}

}  // namespace godwit
