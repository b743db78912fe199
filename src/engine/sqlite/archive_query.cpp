#include "engine/sqlite/archive_query.hpp"

#include <algorithm>
#include <set>

#include "engine/sqlite/index_terms.hpp"

namespace godwit::engine::sqlite {
namespace {

/// A string literal of FTS5. Terms hold letters, digits and marks only, but that is no reason to rely on it.
std::string quoted(std::string_view term) {
  std::string out = "\"";
  for (const char c : term) {
    if (c == '"') out += '"';
    out += c;
  }
  return out += '"';
}

}  // namespace

std::string TextQuery::expression() const {
  std::set<std::string> terms;
  for (const auto& [run, characters] : needles()) {
    std::string term;
    if (!run) {
      append_word_term(term, characters);
      terms.insert(quoted(term));
    } else if (characters.size() == 1) {
      // The index has it at the head of a pair, or alone where the run ends with it.
      append_run_term(term, characters, 0);
      terms.insert(quoted(term) + " *");
    } else {
      for (std::size_t i = 0; i + 1 < characters.size(); ++i) {
        term.clear();
        append_run_term(term, characters, i);
        terms.insert(quoted(term));
      }
    }
  }
  std::string out;
  for (const auto& term : terms) out += (out.empty() ? "" : " AND ") + term;
  return out;
}

bool TextQuery::has_single() const noexcept {
  return std::ranges::any_of(needles(),
                             [](const Needle& needle) { return needle.run && needle.characters.size() == 1; });
}

std::string narrowed(std::string expression, std::string_view sender, std::span<const std::int64_t> conversations) {
  const auto also = [&expression](const std::string& term) {
    expression += (expression.empty() ? "" : " AND ") + term;
  };
  if (!sender.empty()) also(quoted(sender_term(sender)));
  std::string any;
  for (const auto id : conversations) any += (any.empty() ? "" : " OR ") + quoted(conversation_term(id));
  if (!any.empty()) also("(" + any + ")");
  return expression;
}

}  // namespace godwit::engine::sqlite
