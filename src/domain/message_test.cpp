#include "domain/message.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace godwit;

TEST_CASE("an id holds the send time and depends on every field") {
  const auto id = make_message_id("alice", "bob", 1'800'000'000'000, "c1", "hello");
  CHECK(id.str().size() == 32);
  CHECK(id.str().substr(0, 12) == "01a3185c5000");
  CHECK(id == make_message_id("alice", "bob", 1'800'000'000'000, "c1", "hello"));
  std::set<MessageId> ids{id};
  ids.insert(make_message_id("alicf", "bob", 1'800'000'000'000, "c1", "hello"));
  ids.insert(make_message_id("alice", "bpb", 1'800'000'000'000, "c1", "hello"));
  ids.insert(make_message_id("alice", "bob", 1'800'000'000'001, "c1", "hello"));
  ids.insert(make_message_id("alice", "bob", 1'800'000'000'000, "c2", "hello"));
  ids.insert(make_message_id("alice", "bob", 1'800'000'000'000, "c1", "hellp"));
  ids.insert(make_message_id("aliceb", "ob", 1'800'000'000'000, "c1", "hello"));  // the border between fields counts
  CHECK(ids.size() == 7);
}

TEST_CASE("sentAt counts within a day of the server's clock") {
  constexpr Millis kNow = 1'800'000'000'000, kDay = 86'400'000;
  CHECK(send_time(kNow - kDay, kNow) == kNow - kDay);
  CHECK(send_time(kNow + kDay, kNow) == kNow + kDay);
  CHECK(send_time(kNow - kDay - 1, kNow) == kNow);
  CHECK(send_time(kNow + kDay + 1, kNow) == kNow);
  CHECK(send_time(std::nullopt, kNow) == kNow);
}

TEST_CASE("ranges follow joining and leaving, also redelivered") {
  ReadRanges ranges;
  ranges.join(3);
  CHECK_FALSE(ranges.contains(2));
  CHECK(ranges.contains(3));
  CHECK(ranges.contains(1000));
  ranges.leave(7);
  CHECK(ranges.contains(7));
  CHECK_FALSE(ranges.contains(8));
  ranges.join(12);
  ranges.join(12);
  ranges.join(3);
  CHECK(ranges.spans().size() == 2);
  CHECK(ranges.contains(12));
  CHECK_FALSE(ranges.contains(11));
  CHECK(ranges.last_readable(9) == 7);
  CHECK(ranges.last_readable(15) == 15);
  CHECK(ranges.last_readable(2) == 0);
  ranges.leave(7);  // an old leave, redelivered, does not end the second stay
  CHECK(ranges.contains(15));
}
