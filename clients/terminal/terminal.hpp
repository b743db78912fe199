#pragma once
#include <memory>
#include <optional>
#include <string>

#include "clients/terminal/key.hpp"
#include "clients/terminal/layout.hpp"

namespace godwit::chat {

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
  [[nodiscard]] std::optional<Key> read_sequence(char32_t first);
  [[nodiscard]] Key read_paste();
  int y_ = 0, x_ = 0;
};

}  // namespace godwit::chat
