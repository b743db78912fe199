#include "clients/terminal/line_editor.hpp"

#include <algorithm>
#include <vector>

#include "clients/terminal/columns.hpp"
#include "base/unicode.hpp"
#include "base/utf8.hpp"

namespace godwit::chat {
namespace {
bool is_space(char32_t c) { return c == ' ' || c == '\n' || c == '\t'; }
std::size_t bytes_of(std::u32string_view text) {
  std::size_t n = 0;
  for (const char32_t c : text) n += c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
  return n;
}
/// What is shown of one character; a line break takes one column.
std::string shown(std::u32string_view character) {
  return character == U"\n" ? "⏎" : printable(encode_utf8(character));
}
}  // namespace

bool LineEditor::insert(std::u32string_view text) {
  const std::size_t more = bytes_of(text);
  if (bytes_ + more > kMostBytes) return false;
  text_.insert(cursor_, text);
  cursor_ += text.size();
  bytes_ += more;
  return true;
}

void LineEditor::left() {
  std::size_t before = 0;
  for (std::size_t at = 0; at < cursor_; at = end_of_grapheme(text_, at)) before = at;
  cursor_ = before;
}
void LineEditor::right() {
  if (cursor_ < text_.size()) cursor_ = end_of_grapheme(text_, cursor_);
}
std::size_t LineEditor::word_start() const {
  std::size_t at = cursor_;
  while (at > 0 && is_space(text_[at - 1])) --at;
  while (at > 0 && !is_space(text_[at - 1])) --at;
  return at;
}
void LineEditor::word_left() { cursor_ = word_start(); }
void LineEditor::word_right() {
  while (cursor_ < text_.size() && is_space(text_[cursor_])) ++cursor_;
  while (cursor_ < text_.size() && !is_space(text_[cursor_])) ++cursor_;
}

void LineEditor::erase(std::size_t from, std::size_t to) {
  text_.erase(from, to - from);
  cursor_ = from;
  bytes_ = bytes_of(text_);
}
void LineEditor::erase_left() {
  const std::size_t to = cursor_;
  left();
  erase(cursor_, to);
}
void LineEditor::erase_right() {
  const std::size_t from = cursor_;
  right();
  erase(from, cursor_);
}
void LineEditor::erase_word_left() { erase(word_start(), cursor_); }
void LineEditor::erase_to_start() { erase(0, cursor_); }
void LineEditor::erase_to_end() {
  const std::size_t from = cursor_;
  erase(from, text_.size());
}
void LineEditor::clear() {
  erase(0, text_.size());
  recalled_ = 0;
}
void LineEditor::set(std::u32string text) {
  text_ = std::move(text);
  cursor_ = text_.size();
  bytes_ = bytes_of(text_);
}

void LineEditor::older() {
  if (recalled_ == history_.size()) return;
  if (recalled_ == 0) draft_ = text_;
  ++recalled_;
  set(history_[history_.size() - recalled_]);
}
void LineEditor::newer() {
  if (recalled_ == 0) return;
  --recalled_;
  set(recalled_ == 0 ? draft_ : history_[history_.size() - recalled_]);
}

std::string LineEditor::take(bool remember) {
  if (remember && !text_.empty() && (history_.empty() || history_.back() != text_)) {
    history_.push_back(text_);
    if (history_.size() > kMostHistory) history_.pop_front();
  }
  std::string out = encode_utf8(text_);
  clear();
  return out;
}

LineEditor::Window LineEditor::window(int width, bool masked) const {
  struct Character {
    std::string shown;
    int wide;
  };
  std::vector<Character> before, after;
  for (std::size_t at = 0; at < text_.size();) {
    const auto end = end_of_grapheme(text_, at);
    const std::string text = masked ? "•" : shown(std::u32string_view(text_).substr(at, end - at));
    (at < cursor_ ? before : after).push_back({text, columns(text)});
    at = end;
  }
  // The cursor stands at two thirds at most, so that some of what follows is seen; it needs a column itself at the end.
  int behind = 0, used = 0;
  for (const auto& [text, wide] : after) behind = behind < width / 3 ? behind + wide : behind;
  const int room = std::max(1, width - std::max(1, std::min(behind, width / 3)));
  std::size_t first = before.size();
  while (first > 0 && used + before[first - 1].wide <= room - (first > 1 ? 1 : 0)) used += before[--first].wide;
  Window out;
  if (first > 0) out.text = "‹", ++used;
  for (std::size_t i = first; i < before.size(); ++i) out.text += before[i].shown;
  out.cursor = used;
  for (const auto& [text, wide] : after) {
    if (used + wide > width) break;
    used += wide, out.text += text;
  }
  return out;
}

}  // namespace godwit::chat
