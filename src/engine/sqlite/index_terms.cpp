#include "engine/sqlite/index_terms.hpp"

#include "base/utf8.hpp"

namespace godwit::engine::sqlite {

void append_word_term(std::string& out, std::u32string_view word) {
  for (const char32_t c : word.substr(0, kTermCharacters)) append_code_point(out, c);
}

void append_run_term(std::string& out, std::u32string_view run, std::size_t i) {
  append_code_point(out, run[i]);
  if (i + 1 < run.size()) append_code_point(out, run[i + 1]);
}

std::string conversation_term(std::int64_t conversation) { return "@" + std::to_string(conversation); }
std::string sender_term(std::string_view sender) { return "~" + std::string(sender); }

std::string index_document(std::int64_t conversation, std::string_view sender, std::string_view text) {
  std::string document = conversation_term(conversation);
  document += '\n';
  document += sender_term(sender);
  document += '\n';
  document += text;
  return document;
}

}  // namespace godwit::engine::sqlite
