#include "engine/sqlite/archive_segments.hpp"

#include "engine/sqlite/archive_unicode.hpp"

namespace godwit::engine::sqlite {

bool Segments::next() {
  characters_.clear(), begins_.clear(), ends_.clear();
  while (at_ < text_.size()) {
    std::size_t behind = at_;
    const char32_t c = next_character(text_, behind);
    const auto kind = kind_of(c);
    if (kind == CharKind::ignored) {
      if (!ends_.empty()) ends_.back() = position_ + 1;
    } else if (kind == CharKind::separator) {
      if (!characters_.empty()) return true;
    } else {
      const bool run = kind == CharKind::run;
      if (!characters_.empty() && run != is_run_) return true;
      is_run_ = run;
      characters_ += fold(c);
      begins_.push_back(position_);
      ends_.push_back(position_ + 1);
    }
    at_ = behind;
    ++position_;
  }
  return !characters_.empty();
}

void append_word_term(std::string& out, std::u32string_view word) {
  for (const char32_t c : word.substr(0, kTermCharacters)) append_character(out, c);
}

void append_run_term(std::string& out, std::u32string_view run, std::size_t i) {
  append_character(out, run[i]);
  if (i + 1 < run.size()) append_character(out, run[i + 1]);
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
