#pragma once
#include <string>

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
    nothing,  ///< a key that means nothing here
  } kind = Kind::character;
  char32_t c = 0;         ///< character; nth: '1' to '9'
  std::u32string text{};  ///< paste: all of it
};

}  // namespace godwit::chat
