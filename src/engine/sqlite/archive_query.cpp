#include "engine/sqlite/archive_query.hpp"

#include <algorithm>
#include <set>

#include "engine/sqlite/segments.hpp"

namespace godwit::engine::sqlite {
namespace {

using Highlights = std::vector<archive::Highlight>;

/// A string literal of FTS5. Terms hold letters, digits and marks only, but that is no reason to rely on it.
std::string quoted(std::string_view term) {
  std::string out = "\"";
  for (const char c : term) {
    if (c == '"') out += '"';
    out += c;
  }
  return out += '"';
}

bool mark_word(const Segments& segment, std::u32string_view word, Highlights& found) {
  if (segment.characters() != word) return false;
  found.emplace_back(segment.begin_of(0), segment.end_of(word.size() - 1));
  return true;
}

bool mark_run(const Segments& segment, std::u32string_view run, Highlights& found) {
  const std::u32string_view text = segment.characters();
  const auto before = found.size();
  for (auto i = text.find(run); i != text.npos; i = text.find(run, i + 1)) {
    found.emplace_back(segment.begin_of(i), segment.end_of(i + run.size() - 1));
  }
  return found.size() > before;
}

Highlights joined(Highlights found) {
  std::ranges::sort(found);
  Highlights out;
  for (const auto& range : found) {
    if (!out.empty() && range.first < out.back().second) {
      out.back().second = std::max(out.back().second, range.second);
    } else {
      out.push_back(range);
    }
  }
  return out;
}

}  // namespace

TextQuery::TextQuery(std::string_view typed) {
  Segments segments(typed);
  while (segments.next()) {
    const auto same = [&](const Needle& needle) { return needle.characters == segments.characters(); };
    if (std::ranges::none_of(needles_, same)) needles_.push_back({segments.is_run(), segments.characters()});
  }
}

std::string TextQuery::expression() const {
  std::set<std::string> terms;
  for (const auto& [run, characters] : needles_) {
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

std::optional<Highlights> TextQuery::find_in(std::string_view text) const {
  std::vector<bool> seen(needles_.size(), false);
  Highlights found;
  Segments segments(text);
  while (segments.next()) {
    for (std::size_t i = 0; i < needles_.size(); ++i) {
      const auto& [run, characters] = needles_[i];
      if (run != segments.is_run()) continue;
      if (run ? mark_run(segments, characters, found) : mark_word(segments, characters, found)) seen[i] = true;
    }
  }
  if (needles_.empty() || std::ranges::find(seen, false) != seen.end()) return std::nullopt;
  return joined(std::move(found));
}

bool TextQuery::has_single() const noexcept {
  return std::ranges::any_of(needles_,
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
