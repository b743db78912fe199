#include "app/chat/line_editor.hpp"

#include <algorithm>

#include "app/chat/columns.hpp"

namespace godwit::chat {
namespace {
bool is_space(char32_t c) { return c == ' ' || c == '\n'; }
std::size_t bytes_of(std::u32string_view text) {
  std::size_t n = 0;
  for (const char32_t c : text) n += c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
  return n;
}
char32_t shown(char32_t c) { return c == '\n' ? U'⏎' : c; }
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
  if (cursor_ == 0) return;
  do --cursor_;
  while (cursor_ > 0 && columns(shown(text_[cursor_])) == 0);
}
void LineEditor::right() {
  if (cursor_ == text_.size()) return;
  do ++cursor_;
  while (cursor_ < text_.size() && columns(shown(text_[cursor_])) == 0);
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
  std::string out = encode(text_);
  clear();
  return out;
}

LineEditor::Window LineEditor::window(int width, bool masked) const {
  const auto wide = [&](std::size_t i) { return masked ? 1 : columns(shown(text_[i])); };
  // The cursor stands at two thirds at most, so that some of what follows is seen; it needs a column itself at the end.
  std::size_t first = cursor_;
  int before = 0;
  int after = 0;
  for (std::size_t i = cursor_; i < text_.size() && after < width / 3; ++i) after += wide(i);
  const int room = std::max(1, width - std::max(1, std::min(after, width / 3)));
  while (first > 0 && before + wide(first - 1) <= room - (first > 1 ? 1 : 0)) before += wide(--first);
  Window out{.text = first > 0 ? "‹" : "", .cursor = before + (first > 0 ? 1 : 0)};
  int used = first > 0 ? 1 : 0;
  for (std::size_t i = first; i < text_.size() && used + wide(i) <= width; ++i) {
    used += wide(i);
    if (masked)
      out.text += "•";
    else
      append_utf8(out.text, shown(text_[i]));
  }
  return out;
}

}  // namespace godwit::chat
