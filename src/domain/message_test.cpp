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

TEST_CASE("who joins by a message reads it, and who leaves by it reads it last") {
  const auto keys = [](std::initializer_list<const char*> names) {
    return std::vector<UserKey>(names.begin(), names.end());
  };
  Message message;
  CHECK(who_reads(keys({"ann", "cas"}), message) == keys({"ann", "cas"}));
  CHECK(who_reads_on(keys({"ann", "cas"}), message) == keys({"ann", "cas"}));
  message.joined = keys({"dan", "bob", "cas"});
  message.left = keys({"cas", "ann", "eve"});
  CHECK(who_reads(keys({"ann", "cas"}), message) == keys({"ann", "bob", "cas", "dan"}));
  CHECK(who_reads_on(keys({"ann", "bob", "cas", "dan"}), message) == keys({"bob", "dan"}));
}
