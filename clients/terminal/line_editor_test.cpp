#include "clients/terminal/line_editor.hpp"

#include <doctest/doctest.h>

#include "clients/terminal/columns.hpp"

using namespace godwit::chat;

namespace {
LineEditor with(std::u32string_view text) {
  use_utf8();
  LineEditor editor;
  (void)editor.insert(text);
  return editor;
}
}  // namespace

TEST_CASE("chat: a line is edited at the cursor") {
  auto editor = with(U"hello world");
  editor.word_left();
  (void)editor.insert(U"big ");
  CHECK(editor.text() == U"hello big world");
  editor.erase_word_left();
  CHECK(editor.text() == U"hello world");
  editor.home();
  editor.erase_right();
  editor.word_right();
  editor.erase_to_end();
  CHECK(editor.text() == U"ello");
  editor.left();
  editor.erase_left();
  CHECK(editor.text() == U"elo");
  editor.erase_to_start();
  CHECK(editor.text() == U"o");
  CHECK(editor.take() == "o");
  CHECK(editor.empty());
  editor.left();
  editor.right();
  editor.erase_left();
  editor.erase_right();
  CHECK(editor.empty());
}

TEST_CASE("chat: a combining character goes with the one before it") {
  auto editor = with(U"ae\u0301");
  editor.left();
  CHECK(editor.cursor() == 1);
  editor.end();
  editor.erase_left();
  CHECK(editor.text() == U"a");
}

TEST_CASE("chat: the cursor goes by what people see: tabs, tones, joined emoji, flags, syllables") {
  auto tabs = with(U"ab\t\tc");
  tabs.erase_left(), tabs.erase_left();
  CHECK(tabs.text() == U"ab\t");
  auto tab = with(U"a\tb");
  tab.left(), tab.left();
  (void)tab.insert(U'X');
  CHECK(tab.text() == U"aX\tb");
  for (const auto* one : {U"👍🏽", U"👨‍👩‍👧", U"🇫🇷", U"❤️", U"e\u0301", U"\u1112\u1161\u11A8", U"क्"}) {
    auto editor = with(std::u32string(U"x") + one + U"y");
    editor.left(), editor.left();
    CHECK(editor.cursor() == 1);
    editor.right();
    editor.erase_left();
    CHECK(editor.text() == U"xy");
  }
}

TEST_CASE("chat: the cursor's column is where the terminal is told to put the text before it") {
  for (const auto* text : {U"a\tb", U"👍🏽 ok", U"👨‍👩‍👧!", U"你🏽好", U"a\u200Db\u00ADc", U"\u0301x", U"x\ny"}) {
    const auto [shown, cursor] = with(text).window(60);
    CHECK(columns(shown) == cursor);
    CHECK(columns(printable(shown)) == cursor);
  }
}

TEST_CASE("chat: lines written before come back, and the one being written too") {
  LineEditor editor;
  for (const auto* line : {U"one", U"two", U"two"}) {
    (void)editor.insert(line);
    (void)editor.take();
  }
  (void)editor.insert(U"secret");
  (void)editor.take(false);
  (void)editor.insert(U"draft");
  editor.older();
  CHECK(editor.text() == U"two");
  editor.older();
  editor.older();
  CHECK(editor.text() == U"one");
  editor.newer();
  editor.newer();
  CHECK(editor.text() == U"draft");
  editor.newer();
  CHECK(editor.text() == U"draft");
}

TEST_CASE("chat: a line holds what a message holds") {
  LineEditor editor;
  CHECK(editor.insert(std::u32string(LineEditor::kMostBytes - 1, U'a')));
  CHECK_FALSE(editor.insert(U'é'));
  CHECK(editor.insert(U'b'));
  CHECK_FALSE(editor.insert(U'b'));
  editor.erase_left();
  CHECK(editor.insert(U'b'));
}

TEST_CASE("chat: the window shows the part around the cursor, in columns") {
  auto editor = with(U"你好吗 hello");
  CHECK(editor.window(40).text == "你好吗 hello");
  CHECK(editor.window(40).cursor == 12);
  for (int width = 4; width < 20; ++width) {
    editor.end();
    for (std::size_t i = 0; i <= editor.text().size(); ++i) {
      const auto [text, cursor] = editor.window(width);
      CHECK(columns(text) <= width);
      CHECK(cursor < width);
      CHECK(cursor >= 0);
      editor.left();
    }
  }
  CHECK(with(U"geheim").window(20, true).text == "••••••");
}
