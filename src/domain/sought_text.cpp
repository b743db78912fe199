#include "domain/sought_text.hpp"

#include <algorithm>

#include "domain/segments.hpp"

namespace godwit {
namespace {

using Places = std::vector<TextPlace>;

bool mark_word(const Segments& segment, std::u32string_view word, Places& found) {
  if (segment.characters() != word) return false;
  found.emplace_back(segment.begin_of(0), segment.end_of(word.size() - 1));
  return true;
}

bool mark_run(const Segments& segment, std::u32string_view run, Places& found) {
  const std::u32string_view text = segment.characters();
  const auto before = found.size();
  for (auto i = text.find(run); i != text.npos; i = text.find(run, i + 1)) {
    found.emplace_back(segment.begin_of(i), segment.end_of(i + run.size() - 1));
  }
  return found.size() > before;
}

Places joined(Places found) {
  std::ranges::sort(found);
  Places out;
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

SoughtText::SoughtText(std::string_view typed) {
  Segments segments(typed);
  while (segments.next()) {
    const auto same = [&](const Needle& needle) { return needle.characters == segments.characters(); };
    if (std::ranges::none_of(needles_, same)) needles_.push_back({segments.is_run(), segments.characters()});
  }
}

std::optional<Places> SoughtText::find_in(std::string_view text) const {
  std::vector<bool> seen(needles_.size(), false);
  Places found;
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

}  // namespace godwit
