#include "wire/frame.hpp"

#include <doctest/doctest.h>

using namespace godwit;
using namespace godwit::wire;

namespace {
Message direct() {
  Message m;
  m.type = Type::direct;
  m.conversation = Conversation::direct(UserKey("alice"), UserKey("bob"));
  m.id = MessageId("id1");
  m.seq = 5, m.time = 1000;
  m.sender = "alice", m.receiver = "bob", m.text = "say \"hi\"\n", m.client_id = "c1";
  return m;
}
}  // namespace

TEST_CASE("the two sides of a direct message differ in the conversation and the clientId") {
  CHECK(
      render(direct(), UserKey("bob")) ==
      R"({"type":101,"msgSender":"alice","msgReceiver":"bob","msg":"say \"hi\"\n","id":"id1","conversation":"u:alice","seq":5,"time":1000})");
  CHECK(
      render(direct(), UserKey("alice")) ==
      R"({"type":101,"msgSender":"alice","msgReceiver":"bob","msg":"say \"hi\"\n","id":"id1","conversation":"u:bob","seq":5,"time":1000,"clientId":"c1"})");
}

TEST_CASE("a recalled message shows no text, even if it were still there") {
  auto m = direct();
  m.recalled = true;
  const auto frame = render(m, UserKey("bob"));
  CHECK(frame.find("hi") == std::string::npos);
  CHECK(frame.find(R"("msg":"")") != std::string::npos);
  CHECK(frame.find(R"("recalled":true)") != std::string::npos);
}

TEST_CASE("206 is addressed to whoever reads it; 208 names its target") {
  Message joined;
  joined.type = Type::join_approved;
  joined.conversation = Conversation::of_group(GroupKey("grp"));
  joined.id = MessageId("id2"), joined.sender = "carol", joined.receiver = "carol", joined.group = "grp",
  joined.seq = 2;
  CHECK(render(joined, UserKey("bob")).find(R"("msgReceiver":"bob")") != std::string::npos);
  CHECK_FALSE(shared_by_readers(joined));

  Message recall;
  recall.type = Type::recalled;
  recall.conversation = Conversation::of_group(GroupKey("grp"));
  recall.target = "id1", recall.target_seq = 5;
  CHECK(render(recall, UserKey("bob")).find(R"("target":{"id":"id1","seq":5})") != std::string::npos);
  CHECK(shared_by_readers(recall));
}

TEST_CASE("a client may send 301 and 303, and nothing else") {
  const auto ack = parse_client_frame(R"({"type":301,"conversation":"u:bob","seq":7,"other":1})");
  REQUIRE(ack);
  CHECK(ack->seq == 7);
  CHECK(parse_client_frame(R"({"type":303,"conversation":"g:x"})"));
  for (const char* bad : {"", "[]", "1", "{", "{}", R"({"type":"301","conversation":"u:b","seq":1})",
                          R"({"type":101,"conversation":"u:b"})", R"({"type":301,"conversation":"u:b"})",
                          R"({"type":301,"conversation":"u:b","seq":-1})", R"({"type":301,"conversation":7,"seq":1})",
                          R"({"type":302,"conversation":"u:b","seq":1})"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_client_frame(bad));
  }
}
