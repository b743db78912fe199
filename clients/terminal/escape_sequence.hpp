#pragma once
#include <optional>
#include <string>

#include "clients/terminal/key.hpp"

namespace godwit::chat {

/// One escape sequence of a terminal (ECMA-48), read a character at a time after its ESC: keys with modifiers, mouse,
/// focus, answers. Pure. Whatever it is, it is read to its end, so that nothing of it is typed.
class EscapeSequence {
 public:
  /// Whether this after an ESC begins one, and is not Alt with a key.
  [[nodiscard]] static bool begins(char32_t c) noexcept;

  explicit EscapeSequence(char32_t first) noexcept : first_(first) {}
  void take(char32_t c);
  [[nodiscard]] bool whole() const noexcept { return whole_; }
  /// The key that it means, of those that ncurses leaves to us; nothing: any other.
  [[nodiscard]] std::optional<Key::Kind> key() const;

 private:
  static constexpr std::size_t kMost = 4096;  // of a terminal's answer; then it is over
  char32_t first_;
  std::string body_;  // ASCII; the rest is left out
  std::size_t taken_ = 0;
  bool whole_ = false;
};

/// CR LF, CR and LF of a paste are one line break each.
class LineBreaks {
 public:
  /// 0: nothing to add.
  [[nodiscard]] char32_t take(char32_t c) noexcept;

 private:
  bool after_return_ = false;
};

}  // namespace godwit::chat
