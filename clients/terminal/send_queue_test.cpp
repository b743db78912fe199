#include "clients/terminal/send_queue.hpp"

#include <doctest/doctest.h>

using namespace godwit;
using namespace godwit::chat;

namespace {
Outgoing written(std::string id) {
  Outgoing message;
  message.client_id = std::move(id);
  message.conversation = "u:bob";
  message.text = "hi";
  return message;
}
}  // namespace

TEST_CASE("chat: what is written is sent in order, one at a time") {
  SendQueue queue;
  REQUIRE(queue.add(written("a")));
  REQUIRE(queue.add(written("b")));
  CHECK(queue.next(0)->client_id == "a");
  CHECK_FALSE(queue.next(0).has_value());
  queue.sent("a");
  CHECK(queue.next(0)->client_id == "b");
  queue.sent("b");
  CHECK(queue.all().empty());
}

TEST_CASE("chat: a repeat keeps its clientId and its place") {
  SendQueue queue;
  REQUIRE(queue.add(written("a")));
  REQUIRE(queue.add(written("b")));
  (void)queue.next(0);
  queue.try_again("a", 100);
  CHECK(queue.attempts() == 1);
  CHECK_FALSE(queue.next(99).has_value());
  CHECK(queue.next(100)->client_id == "a");
  queue.try_again("a", 1000);
  queue.wake();
  CHECK(queue.next(101)->client_id == "a");
  queue.sent("a");
  CHECK(queue.attempts() == 0);
  CHECK(queue.next(101)->client_id == "b");
}

TEST_CASE("chat: a refused message is marked and lets the next go") {
  SendQueue queue;
  REQUIRE(queue.add(written("a")));
  REQUIRE(queue.add(written("b")));
  (void)queue.next(0);
  queue.refused("a", "you are muted");
  CHECK(queue.unsent() == 1);
  CHECK(queue.next(0)->client_id == "b");
  queue.sent("b");
  CHECK_FALSE(queue.next(0).has_value());
  CHECK(queue.all().front().why == "you are muted");
  CHECK(queue.retry_failed() == 1);
  CHECK(queue.next(0)->client_id == "a");
  queue.refused("a", "no");
  CHECK(queue.drop_failed() == 1);
  CHECK(queue.all().empty());
}

TEST_CASE("chat: an answer that was overtaken by the message itself changes nothing") {
  SendQueue queue;
  REQUIRE(queue.add(written("a")));
  (void)queue.next(0);
  queue.sent("a");
  queue.try_again("a", 50);
  queue.refused("a", "late");
  queue.sent("a");
  CHECK(queue.all().empty());
  CHECK(queue.retry_at() == 0);
}

TEST_CASE("chat: the queue has a bound") {
  SendQueue queue;
  for (std::size_t i = 0; i < SendQueue::kMost; ++i) REQUIRE(queue.add(written(std::to_string(i))));
  CHECK_FALSE(queue.add(written("more")));
}
