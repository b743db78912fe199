#include "engine/sqlite/index_terms.hpp"

namespace godwit::engine::sqlite {

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
