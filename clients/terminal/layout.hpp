#pragma once
#include <string>
#include <vector>

#include "clients/terminal/model.hpp"

namespace godwit::chat {

/// How a piece of text is to look; what that means is the terminal's business.
enum class Style { normal, dim, bold, own, person, system, problem, day, selected, unread, online, bar };

struct Span {
  std::string text;  ///< printable
  Style style = Style::normal;
  unsigned hue = 0;  ///< Style::person: which of the colours
};
/// One line of a terminal; not wider than was asked for.
using Row = std::vector<Span>;

struct LayoutOptions {
  int width = 80;
  std::size_t most = 100;  ///< rows wanted, from the newest up
  Seq new_above = 0;       ///< a line is drawn above the first message of others beyond this one; 0: none
  Seq after = 0;           ///< only what stands beyond
};

/// The conversation as rows, oldest first: days, names, wrapped texts, what became of my own messages, what waits to be
/// sent. At most a message more than `most` rows, counted from the newest; `top` is set when there is nothing above.
/// Pure.
struct Layout {
  std::vector<Row> rows;
  bool top = false;
};
[[nodiscard]] Layout lay_out(const Model& model, const Talk& talk, const LayoutOptions& options);

/// One line of the list of conversations.
[[nodiscard]] Row list_row(const Model& model, const Talk& talk, int width, bool selected);

}  // namespace godwit::chat
