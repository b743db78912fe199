#include "clients/terminal/layout.hpp"

#include <doctest/doctest.h>

#include "clients/terminal/columns.hpp"
#include "clients/terminal/describe.hpp"

using namespace godwit;
using namespace godwit::chat;

namespace {
Frame message(Seq seq, std::string sender, std::string text) {
  Frame frame;
  frame.sender = std::move(sender);
  frame.conversation = "u:bob";
  frame.text = std::move(text);
  frame.id = "id" + std::to_string(seq);
  frame.seq = seq;
  frame.time = 1'800'000'000'000 + static_cast<Millis>(seq) * 1000;
  return frame;
}
std::string text_of(const Row& row) {
  std::string out;
  for (const auto& span : row) out += span.text;
  return out;
}
std::string text_of(const Layout& layout) {
  std::string out;
  for (const auto& row : layout.rows) out += text_of(row) + '\n';
  return out;
}
Model talk_with_bob() {
  use_utf8();
  Model model("ann");
  model.take_conversations({}, true);
  model.take(message(1, "bob", "你好 there, how are you doing today my friend?"), 0);
  model.take(message(2, "ann", "fine"), 0);
  model.take(message(3, "ann", "and you \033[2J?"), 0);
  return model;
}
}  // namespace

TEST_CASE("chat: no row is wider than the terminal, whatever was written") {
  auto model = talk_with_bob();
  model.take(message(4, "bob", std::string(300, 'x') + "\n\t🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊"), 0);
  for (int width = 20; width < 120; width += 7) {
    const auto layout = lay_out(model, *model.find("u:bob"), {.width = width, .most = 500, .new_above = 2, .after = 0});
    for (const auto& row : layout.rows) CHECK(columns(text_of(row)) <= width);
    CHECK(layout.top);
    CHECK(text_of(layout).find('\033') == std::string::npos);
  }
}

TEST_CASE("chat: days, the line above what is new, what became of my messages") {
  auto model = talk_with_bob();
  Frame read;
  read.type = Type::read;
  read.sender = "bob";
  read.conversation = "u:bob";
  read.seq = 2;
  model.take(read, 0);
  Outgoing failed;
  failed.conversation = "u:bob";
  failed.text = "lost";
  failed.state = Outgoing::State::failed;
  failed.why = "you are muted";
  REQUIRE(model.queue().add(failed));
  const auto text =
      text_of(lay_out(model, *model.find("u:bob"), {.width = 80, .most = 100, .new_above = 1, .after = 0}));
  CHECK(text.find(calendar_day(1'800'000'000'000)) != std::string::npos);
  CHECK(text.find(" new ") != std::string::npos);
  CHECK(text.find("fine ✓✓") != std::string::npos);
  CHECK(text.find("? ✓\n") != std::string::npos);
  CHECK(text.find("lost ✗") != std::string::npos);
  CHECK(text.find("not sent: you are muted") != std::string::npos);
}

TEST_CASE("chat: a recalled message and what cannot be shown leave a line, a hole too") {
  auto model = talk_with_bob();
  model.recalled("u:bob", "id1");
  model.take(message(7, "bob", "later"), 0);
  const auto text =
      text_of(lay_out(model, *model.find("u:bob"), {.width = 80, .most = 100, .new_above = 0, .after = 0}));
  CHECK(text.find("(taken back)") != std::string::npos);
  CHECK(text.find("你好") == std::string::npos);
  CHECK(text.find("⋯") != std::string::npos);
}

TEST_CASE("chat: only as many rows as are wanted are made") {
  use_utf8();
  Model model("ann");
  model.take_conversations({}, true);
  for (Seq seq = 1; seq <= 500; ++seq) model.take(message(seq, "bob", "line"), 0);
  const auto layout = lay_out(model, *model.find("u:bob"), {.width = 80, .most = 20, .new_above = 0, .after = 0});
  CHECK(layout.rows.size() >= 20);
  CHECK(layout.rows.size() < 25);
  CHECK_FALSE(layout.top);
  CHECK(text_of(layout.rows.back()).find("500") != std::string::npos);
  const auto grown = lay_out(model, *model.find("u:bob"), {.width = 80, .most = 1000, .new_above = 0, .after = 495});
  CHECK(grown.rows.size() == 5);
}

TEST_CASE("chat: a conversation's line has a dot, a name, a count") {
  auto model = talk_with_bob();
  model.take_friends({{.user = {"bob", "Bob 王小明"}, .alias = {}, .since = 0, .online = true}});
  const auto row = list_row(model, *model.find("u:bob"), 20, false);
  CHECK(text_of(row).starts_with("● Bob 王小明"));
  CHECK(text_of(row).ends_with(" 1"));
  CHECK(columns(text_of(row)) == 20);
}
