#include "clients/terminal/timeline.hpp"

#include <doctest/doctest.h>

using namespace godwit;
using namespace godwit::chat;

namespace {
Frame message(Seq seq, std::string text = "hi") {
  Frame frame;
  frame.type = Type::direct;
  frame.sender = "bob";
  frame.text = std::move(text);
  frame.id = "id" + std::to_string(seq);
  frame.conversation = "u:bob";
  frame.seq = seq;
  frame.time = static_cast<Millis>(1000 * seq);
  return frame;
}
std::vector<Seq> seqs(const std::vector<Frame>& frames) {
  std::vector<Seq> out;
  for (const auto& frame : frames) out.push_back(frame.seq);
  return out;
}
}  // namespace

TEST_CASE("chat: a conversation takes each id once") {
  Timeline line;
  line.start_at(0);
  CHECK(line.add(message(1)) == Timeline::Added::fresh);
  CHECK(line.add(message(1)) == Timeline::Added::known);
  CHECK(seqs(line.take_ready()) == std::vector<Seq>{1});
  CHECK(line.add(message(1)) == Timeline::Added::known);
  CHECK(line.take_ready().empty());
}

TEST_CASE("chat: frames are handed on in the order of seq, and none beyond a hole") {
  Timeline line;
  line.start_at(0);
  line.add(message(3));
  line.add(message(1));
  CHECK(seqs(line.take_ready()) == std::vector<Seq>{1});
  CHECK(line.arrived() == 1);
  REQUIRE(line.hole().has_value());
  CHECK(*line.hole() == Hole{2, 2});
  line.add(message(2));
  CHECK_FALSE(line.hole().has_value());
  CHECK(seqs(line.take_ready()) == std::vector<Seq>{2, 3});
  CHECK(line.arrived() == 3);
}

TEST_CASE("chat: history is the judge of a hole") {
  Timeline line;
  line.start_at(4);
  line.add(message(5));
  line.add(message(9));
  CHECK(*line.hole() == Hole{6, 8});
  line.add(message(7));
  line.judged(6, 8);
  CHECK_FALSE(line.hole().has_value());
  CHECK(line.arrived() == 9);
  CHECK(seqs(line.take_ready()) == std::vector<Seq>{5, 7, 9});
}

TEST_CASE("chat: what is expected is a hole too, and what was read back is no arrival") {
  Timeline line;
  line.start_at(10);
  CHECK_FALSE(line.hole().has_value());
  line.expect(12);
  CHECK(*line.hole() == Hole{11, 12});
  line.add(message(8));
  line.judged(1, 10);
  CHECK(line.arrived() == 10);
  CHECK(line.take_ready().empty());
}

TEST_CASE("chat: a recall holds, whichever comes first") {
  Timeline line;
  line.start_at(0);
  line.add(message(1, "secret"));
  Frame recall = message(2);
  recall.type = Type::recalled;
  recall.target = "id1";
  line.add(recall);
  CHECK(line.find("id1")->recalled);
  CHECK(line.find("id1")->text.empty());
  Frame early = message(4);
  early.type = Type::recalled;
  early.target = "id3";
  line.add(early);
  line.add(message(3, "secret"));
  CHECK(line.find("id3")->text.empty());
  CHECK(line.last_of("bob") == nullptr);
}

TEST_CASE("chat: a conversation in memory is bounded, and counts on after that") {
  Timeline line;
  line.start_at(0);
  const Seq many = Timeline::kMost + 10;
  for (Seq seq = 1; seq <= many; ++seq) {
    line.add(message(seq));
    (void)line.take_ready();
  }
  CHECK(line.frames().size() <= Timeline::kMost);
  CHECK(line.arrived() == many);
  CHECK_FALSE(line.hole().has_value());
  CHECK(line.oldest_joined() == line.frames().begin()->first);
  line.add(message(many + 1));
  CHECK(seqs(line.take_ready()) == std::vector<Seq>{many + 1});
}

TEST_CASE("chat: a hole that never fills is bounded too") {
  Timeline line;
  line.start_at(0);
  for (Seq seq = 2; seq <= 3 * Timeline::kMost; ++seq) line.add(message(seq));
  CHECK(line.frames().size() <= 2 * Timeline::kMost);
}
