#include "wire/record.hpp"

#include <doctest/doctest.h>

using namespace godwit;
using namespace godwit::wire;

namespace {
Message full() {
  Message m;
  m.type = Type::group_changed;
  m.conversation = Conversation::of_group(GroupKey("grp"));
  m.id = MessageId("00112233445566778899aabbccddeeff");
  m.seq = 300, m.time = 1'800'000'000'123, m.target_seq = 77;
  m.sender = "alice", m.receiver = "grp", m.text = std::string("tëxt\n\"quoted\"");
  m.client_id = "c-1", m.sender_device = DeviceId("dev"), m.reply_to = "r", m.title = "t", m.request = "q",
  m.group = "grp";
  m.change = "created", m.target = "bob", m.detail = "d", m.recalled = true;
  m.joined = {UserKey("alice"), UserKey("bob")}, m.left = {UserKey("carol")};
  return m;
}
}  // namespace

TEST_CASE("a record is read back whole") {
  const auto bytes = encode_record(full());
  const auto read = decode_record(bytes);
  REQUIRE(read);
  CHECK(encode_record(*read) == bytes);
  CHECK(read->text == full().text);
  CHECK(read->joined == full().joined);
  CHECK(read->left == full().left);
  CHECK(read->sender_device == full().sender_device);
  CHECK(read->time == full().time);
  CHECK(read->recalled);
}

TEST_CASE("every flipped bit and every cut is noticed") {
  const auto bytes = encode_record(full());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      auto flipped = bytes;
      flipped[i] = static_cast<char>(flipped[i] ^ (1 << bit));
      CHECK_FALSE(decode_record(flipped));
    }
    CHECK_FALSE(decode_record(std::string_view(bytes).substr(0, i)));
  }
}
