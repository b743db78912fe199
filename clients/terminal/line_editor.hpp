#pragma once
#include <cstddef>
#include <deque>
#include <string>
#include <string_view>

namespace godwit::chat {

/// One line being written, with a cursor and the lines written before. Pure; knows no terminal. Positions are code
/// points; the cursor goes from one character that people see to the next (an emoji with its skin tone, a letter with
/// its accents, a tab).
class LineEditor {
 public:
  static constexpr std::size_t kMostBytes = 8192;  ///< of UTF-8: what one message holds
  static constexpr std::size_t kMostHistory = 200;

  /// False where it would not fit: nothing was put in.
  bool insert(std::u32string_view text);
  bool insert(char32_t c) { return insert(std::u32string_view(&c, 1)); }
  void left();
  void right();
  void word_left();
  void word_right();
  void home() { cursor_ = 0; }
  void end() { cursor_ = text_.size(); }
  void erase_left();
  void erase_right();
  void erase_word_left();
  void erase_to_start();
  void erase_to_end();
  void clear();
  void set(std::u32string text);

  /// The line before in history, or after; what was being written comes back at the end.
  void older();
  void newer();

  /// The finished line; empties the editor. Remembered where `remember` is set and it is not the same again.
  [[nodiscard]] std::string take(bool remember = true);

  [[nodiscard]] const std::u32string& text() const noexcept { return text_; }
  [[nodiscard]] std::size_t cursor() const noexcept { return cursor_; }
  [[nodiscard]] bool empty() const noexcept { return text_.empty(); }

  /// What to show in `width` columns: the part around the cursor, and the column of the cursor in it. Masked: dots.
  struct Window {
    std::string text;
    int cursor = 0;
  };
  [[nodiscard]] Window window(int width, bool masked = false) const;

 private:
  void erase(std::size_t from, std::size_t to);
  [[nodiscard]] std::size_t word_start() const;
  std::u32string text_, draft_;
  std::size_t cursor_ = 0, bytes_ = 0;
  std::deque<std::u32string> history_;
  std::size_t recalled_ = 0;  // 0: the draft; n: the n-th line back
};

}  // namespace godwit::chat
