#include "clients/terminal/model.hpp"

#include <doctest/doctest.h>

using namespace godwit;
using namespace godwit::chat;

namespace {
Frame message(Seq seq, std::string sender = "bob", std::string talk = "u:bob") {
  Frame frame;
  frame.type = talk.starts_with("g:") ? Type::group : Type::direct;
  frame.sender = std::move(sender);
  frame.conversation = std::move(talk);
  frame.text = "text " + std::to_string(seq);
  frame.id = frame.conversation + std::to_string(seq);
  frame.seq = seq;
  frame.time = static_cast<Millis>(seq);
  return frame;
}
ConversationRow row(std::string talk, Seq head, Seq read, std::int64_t unread) {
  ConversationRow out;
  out.conversation = std::move(talk);
  out.head = head;
  out.read = read;
  out.unread = unread;
  return out;
}
Model fresh_model() {
  Model model("ann");
  model.take_conversations({row("u:bob", 10, 8, 2)}, true);
  return model;
}
std::vector<Seq> ready(Model& model) {
  std::vector<Seq> out;
  for (const auto& frame : model.take_ready()) out.push_back(frame.seq);
  return out;
}
using Acks = std::vector<std::pair<std::string, Seq>>;
}  // namespace

TEST_CASE("chat: what the inbox gives is shown once, in order, and acknowledged once") {
  auto model = fresh_model();
  CHECK(model.take(message(9), 0));
  CHECK(model.take(message(10), 0));
  CHECK_FALSE(model.take(message(10), 0));
  CHECK(ready(model) == std::vector<Seq>{9, 10});
  CHECK(model.take_acks() == Acks{{"u:bob", 10}});
  CHECK(model.take_acks().empty());
  CHECK(model.find("u:bob")->unread == 2);
  model.forget_acks();
  CHECK(model.take_acks() == Acks{{"u:bob", 10}});
}

TEST_CASE("chat: a push beyond the head that the list told leaves a hole; nothing beyond it is acknowledged") {
  auto model = fresh_model();
  model.take(message(12), 1000);
  CHECK(ready(model).empty());
  CHECK(model.take_acks() == Acks{{"u:bob", 10}});
  CHECK(model.take_holes(1000).empty());
  const auto fills = model.take_holes(1000 + Model::kHolePatience);
  REQUIRE(fills.size() == 1);
  CHECK(fills[0].hole == Hole{11, 11});
  CHECK(model.take_holes(9000).empty());
  Page<Frame> page;
  page.items = {message(11), message(12)};
  model.take_fill("u:bob", 10, 11, page, 2000);
  CHECK(ready(model) == std::vector<Seq>{11, 12});
  CHECK(model.take_acks() == Acks{{"u:bob", 12}});
}

TEST_CASE("chat: a place where history has nothing holds nobody up; a fill that failed is asked again") {
  auto model = fresh_model();
  model.take(message(14), 1);
  REQUIRE(model.take_holes(500).size() == 1);
  model.try_fill_again("u:bob");
  REQUIRE(model.take_holes(600).size() == 1);
  Page<Frame> page;
  page.items = {message(12), message(14)};
  model.take_fill("u:bob", 10, 13, page, 700);
  CHECK(ready(model) == std::vector<Seq>{12, 14});
  model.take(message(16), 800);
  model.give_up_hole("u:bob", 15);
  CHECK(ready(model) == std::vector<Seq>{16});
}

TEST_CASE("chat: a page of history that has a next one judges only as far as it goes") {
  auto model = fresh_model();
  model.take(message(20), 0);
  Page<Frame> page;
  page.items = {message(12), message(13)};
  page.next = "more";
  model.take_fill("u:bob", 10, 19, page, 0);
  CHECK(model.find("u:bob")->timeline.hole() == Hole{14, 19});
}

TEST_CASE("chat: a conversation that did not exist before counts from its first message") {
  auto model = fresh_model();
  model.take(message(2, "eve", "u:eve"), 0);
  CHECK(ready(model).empty());
  model.take(message(1, "eve", "u:eve"), 0);
  CHECK(ready(model) == std::vector<Seq>{1, 2});
}

TEST_CASE("chat: my own sends take their place, and their answer may come after the message itself") {
  auto model = fresh_model();
  Outgoing out;
  out.client_id = "c1";
  out.conversation = "u:bob";
  out.text = "hello";
  REQUIRE(model.queue().add(out));
  REQUIRE(model.queue().next(0).has_value());
  Frame own = message(11, "ann");
  own.client_id = "c1";
  model.take(own, 0);
  CHECK(model.queue().all().empty());
  model.take_sent(out, Sent{.id = own.id, .conversation = "u:bob", .seq = 11, .time = 11}, 0);
  CHECK(ready(model) == std::vector<Seq>{11});
  CHECK(model.find("u:bob")->unread == 2);
}

TEST_CASE("chat: unread counts others' messages above the read position, which never moves back") {
  auto model = fresh_model();
  model.take(message(11), 0);
  model.take(message(12, "ann"), 0);
  CHECK(model.find("u:bob")->unread == 3);
  CHECK(model.read("u:bob", 12));
  CHECK(model.find("u:bob")->unread == 0);
  CHECK_FALSE(model.read("u:bob", 5));
  Frame elsewhere;
  elsewhere.type = Type::read;
  elsewhere.sender = "ann";
  elsewhere.conversation = "u:bob";
  elsewhere.seq = 13;
  model.take(message(13), 0);
  CHECK(model.find("u:bob")->unread == 1);
  model.take(elsewhere, 0);
  CHECK(model.find("u:bob")->unread == 0);
}

TEST_CASE("chat: the friend's read position, typing and presence") {
  auto model = fresh_model();
  model.take_friends({{.user = {"bob", "Bob"}, .alias = "Bobby", .since = 0, .online = false}});
  Frame frame;
  frame.sender = "bob";
  frame.conversation = "u:bob";
  frame.type = Type::read;
  frame.seq = 7;
  model.take(frame, 0);
  CHECK(model.find("u:bob")->peer_read == 7);
  frame.type = Type::typing;
  model.take(frame, 100);
  CHECK(model.typing(*model.find("u:bob"), 200) == std::vector<std::string>{"Bobby"});
  CHECK(model.typing(*model.find("u:bob"), 100 + Model::kTypingBelieved).empty());
  model.take(message(11), 300);
  CHECK(model.typing(*model.find("u:bob"), 301).empty());
  frame.type = Type::typing;
  model.take(frame, 400);
  CHECK(model.typing(*model.find("u:bob"), 401).empty());
  frame.type = Type::presence;
  frame.online = true;
  model.take(frame, 0);
  CHECK(model.online("bob"));
  model.take_friends({{.user = {"bob", "Bob"}, .alias = {}, .since = 0, .online = false}});
  CHECK(model.online("bob"));
  model.disconnected();
  CHECK_FALSE(model.online("bob"));
}

TEST_CASE("chat: an inbox that could not give everything is refilled from what was not read") {
  auto model = fresh_model();
  model.refill();
  CHECK(model.find("u:bob")->timeline.hole() == Hole{9, 10});
  REQUIRE(model.take_holes(Model::kHolePatience).size() == 0);
  REQUIRE(model.take_holes(2 * Model::kHolePatience).size() == 1);
}

TEST_CASE("chat: of a server that was put back to an older copy everything is read anew") {
  auto model = fresh_model();
  for (const Seq seq : {9, 10, 11}) model.take(message(seq), 0);
  CHECK(ready(model).size() == 3);
  model.start_over();
  model.take_conversations({row("u:bob", 9, 8, 1)}, true);
  CHECK(model.find("u:bob")->head == 9);
  CHECK(model.find("u:bob")->last.seq == 0);
  CHECK(model.find("u:bob")->timeline.frames().empty());
  auto other = message(10);  // its number was given out before
  other.id = "another";
  CHECK(model.take(other, 0));
  CHECK(ready(model) == std::vector<Seq>{10});
}

TEST_CASE("chat: reading back hands nothing on, and says when the beginning is reached") {
  auto model = fresh_model();
  Page<Frame> page;
  page.items = {message(9), message(10)};
  page.next = "more";
  model.take_older("u:bob", 0, page, 0);
  CHECK(ready(model).empty());
  CHECK(model.find("u:bob")->timeline.oldest_joined() == 9);
  page.items = {message(1), message(8)};
  page.next.clear();
  model.take_older("u:bob", 9, page, 0);
  CHECK(model.find("u:bob")->timeline.oldest_joined() == 1);
  CHECK(ready(model).empty());
  model.take(message(11), 0);
  CHECK(ready(model) == std::vector<Seq>{11});
}

TEST_CASE("chat: a recalled message is gone from the list's last line too") {
  auto model = fresh_model();
  model.take(message(11), 0);
  Frame recall = message(12);
  recall.type = Type::recalled;
  recall.target = message(11).id;
  model.take(recall, 0);
  CHECK(model.find("u:bob")->timeline.find(message(11).id)->text.empty());
  model.take(message(13), 0);
  model.recalled("u:bob", message(13).id);
  CHECK(model.find("u:bob")->last.text.empty());
}

TEST_CASE("chat: the newest conversation stands first, friends without a word after those") {
  auto model = fresh_model();
  const auto known = [](const char* key) {
    return FriendRow{.user = {key, key}, .alias = {}, .since = 0, .online = false};
  };
  model.take_friends({known("zoe"), known("bob")});
  model.take(message(11), 0);
  model.take(message(50, "eve", "g:tea"), 0);
  const auto listed = model.listed();
  REQUIRE(listed.size() == 3);
  CHECK(listed[0]->name == "g:tea");
  CHECK(listed[1]->name == "u:bob");
  CHECK(listed[2]->name == "u:zoe");
}
