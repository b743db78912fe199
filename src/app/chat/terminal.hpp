#pragma once
#include <memory>
#include <optional>
#include <string>

#include "app/chat/layout.hpp"

namespace godwit::chat {

struct Key {
  enum class Kind {
    character,
    enter,
    new_line,
    tab,
    back_tab,
    escape,
    left,
    right,
    up,
    down,
    home,
    end,
    word_left,
    word_right,
    page_up,
    page_down,
    erase_left,
    erase_right,
    erase_word,
    erase_to_start,
    erase_to_end,
    next,
    previous,
    nth,
    redraw,
    interrupt,
    end_of_input,
    suspend,
    paste,
  } kind = Kind::character;
  char32_t c = 0;         ///< character; nth: '1' to '9'
  std::u32string text{};  ///< paste: all of it
};

/// The whole terminal, by ncurses. It is given back as it was when this goes, and also when the program crashes.
class Terminal {
 public:
  /// Throws std::runtime_error where the terminal cannot do it.
  Terminal();
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  [[nodiscard]] int rows() const;
  [[nodiscard]] int width() const;
  void fit_window();  ///< after SIGWINCH
  void redraw();      ///< everything anew at the next flush
  void suspend();     ///< stops this process with the terminal given back; returns when it goes on

  void clear();
  /// Text at a place, cut at `width` columns; the rest of them are filled in its style.
  void put(int y, int x, const Row& row, int width, Style fill = Style::normal);
  void cursor(int y, int x);  ///< where it stands; x < 0: nowhere
  void flush();
  /// The next key that was pressed; nothing where none waits.
  [[nodiscard]] std::optional<Key> read();

 private:
  [[nodiscard]] std::optional<Key> read_escape();
  [[nodiscard]] Key read_paste();
  int y_ = 0, x_ = 0;
};

}  // namespace godwit::chat
