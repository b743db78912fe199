#include "link/wire.hpp"

#include <doctest/doctest.h>

#include "base/bytes.hpp"

namespace godwit::link {
namespace {

const UserKey ann("ann"), bob("bob"), cas("cas"), dan("dan");

net::SharedFrame frame(std::string_view text) { return net::SharedFrame::text(text); }

/// A node and a dispatcher, and what they say to each other.
struct Pair {
  explicit Pair(std::vector<UserKey> users = {ann, bob}) { up(Snapshot{.users = std::move(users), .pushed = 5}); }
  Up up(const Up& message) {
    std::string bytes;
    node.encode(message, bytes);
    auto messages = dispatcher.decode(bytes);
    REQUIRE(messages);
    REQUIRE(messages->size() == 1);
    return messages->front();
  }
  std::string encoded(const Down& message) const {
    std::string bytes;
    dispatcher.encode(message, bytes);
    return bytes;
  }
  std::string encoded(std::vector<Push> pushes, std::uint64_t number = 1) const {
    return encoded(Pushed{.number = number, .batch = std::make_shared<const std::vector<Push>>(std::move(pushes))});
  }
  Pushed pushed(const std::string& bytes) const {
    auto messages = node.decode(bytes);
    REQUIRE(messages);
    REQUIRE(messages->size() == 1);
    return std::get<Pushed>(messages->front());
  }
  NodeWire node;
  DispatcherWire dispatcher;
};

std::vector<UserKey> users_of(const Push& push) { return push.users ? *push.users : std::vector{push.user}; }

TEST_SUITE("link: the wire") {
  TEST_CASE("what goes up comes as it was") {
    NodeWire node;
    DispatcherWire dispatcher;
    std::string bytes;
    node.encode(Snapshot{.users = {ann, bob}, .pushed = 7}, bytes);
    node.encode(Here{.number = 300, .user = cas}, bytes);
    node.encode(Gone{.user = ann}, bytes);
    node.encode(Gone{.user = dan}, bytes);  // was not here: nothing to say
    const auto messages = dispatcher.decode(bytes);
    REQUIRE(messages);
    REQUIRE(messages->size() == 3);
    CHECK(std::get<Snapshot>(messages->at(0)).users == std::vector{ann, bob});
    CHECK(std::get<Snapshot>(messages->at(0)).pushed == 7);
    CHECK(std::get<Here>(messages->at(1)).user == cas);
    CHECK(std::get<Here>(messages->at(1)).number == 300);
    CHECK(std::get<Gone>(messages->at(2)).user == ann);
  }

  TEST_CASE("pushes name users by number, and carry a frame once that several share") {
    Pair pair({ann, bob, cas});
    const auto one = frame("one"), two = frame(std::string(70'000, 'x')), three = frame(std::string(200, 'y'));
    const auto all = std::make_shared<const std::vector<UserKey>>(std::vector{ann, dan, cas});
    const auto bytes = pair.encoded({{.user = ann, .frame = one, .skip_user = ann, .skip_device = DeviceId("phone")},
                                     {.users = all, .frame = two},
                                     {.user = bob, .frame = two, .skip_user = dan},
                                     {.user = dan, .frame = one},
                                     {.user = bob, .frame = three, .skip_user = bob}});
    CHECK(bytes.size() < 70'000 + 400);
    const auto pushed = pair.pushed(bytes);
    REQUIRE(pushed.batch->size() == 4);
    const auto& got = *pushed.batch;
    CHECK(users_of(got[0]) == std::vector{ann});
    CHECK(got[0].skip_user == ann);
    CHECK(got[0].skip_device == DeviceId("phone"));
    CHECK(users_of(got[1]) == std::vector{ann, cas});
    CHECK(users_of(got[2]) == std::vector{bob});
    CHECK(got[2].skip_user.empty());  // is not at this node
    CHECK(users_of(got[3]) == std::vector{bob});
    CHECK(got[3].skip_user == bob);
    CHECK(got[3].skip_device.empty());
    const auto same = [](const net::SharedFrame& a, const net::SharedFrame& b) {
      return std::string_view(a.data(), a.size()) == std::string_view(b.data(), b.size());
    };
    CHECK(same(got[0].frame, one));
    CHECK(same(got[1].frame, two));
    CHECK(got[2].frame.data() == got[1].frame.data());
    CHECK(same(got[3].frame, three));
  }

  TEST_CASE("a batch for nobody here still says its number") {
    Pair pair;
    CHECK(pair.pushed(pair.encoded({{.user = dan, .frame = frame("x")}}, 9)).number == 9);
    CHECK(pair.pushed(pair.encoded({{.user = dan, .frame = frame("x")}}, 9)).batch->empty());
  }

  TEST_CASE("a push that was on its way when its user left means nobody, also when others came since") {
    Pair pair;
    const auto bytes = pair.encoded({{.user = ann, .frame = frame("1")}, {.user = bob, .frame = frame("2")}});
    std::string said;
    pair.node.encode(Gone{.user = ann}, said);
    pair.node.encode(Here{.number = 1, .user = cas}, said);
    const auto pushed = pair.pushed(bytes);
    REQUIRE(pushed.batch->size() == 1);
    CHECK(pushed.batch->front().user == bob);
    pair.node.encode(Here{.number = 2, .user = ann}, said);
    REQUIRE(pair.dispatcher.decode(said));
    CHECK(pair.pushed(pair.encoded({{.user = ann, .frame = frame("3")}})).batch->front().user == ann);
    CHECK(pair.pushed(pair.encoded({{.user = cas, .frame = frame("4")}})).batch->front().user == cas);
  }

  TEST_CASE("a message that is cut anywhere is an error") {
    const Pair pair;
    const auto all = std::make_shared<const std::vector<UserKey>>(std::vector{ann, bob});
    const auto text = frame("text");
    for (const auto& bytes :
         {pair.encoded({{.users = all, .frame = text, .skip_user = ann, .skip_device = DeviceId("d")},
                        {.user = ann, .frame = text},
                        {.user = bob, .frame = frame("other")}}),
          pair.encoded(Registered{.up_to = 300})}) {
      CHECK(pair.node.decode(bytes));
      for (std::size_t size = 1; size < bytes.size(); ++size) CHECK_FALSE(pair.node.decode(bytes.substr(0, size)));
    }
    NodeWire node;
    std::string first, here, gone;
    node.encode(Snapshot{.users = {ann, bob}, .pushed = 300}, first);
    node.encode(Here{.number = 300, .user = cas}, here);
    for (int i = 0; i < 200; ++i) node.encode(Here{.number = 301, .user = dan}, gone);
    std::string last;
    node.encode(Gone{.user = dan}, last);
    REQUIRE(last.size() == 3);
    const auto check = [](const std::string& before, const std::string& bytes) {
      for (std::size_t size = 1; size <= bytes.size(); ++size) {
        DispatcherWire dispatcher;
        if (!before.empty()) REQUIRE(dispatcher.decode(before));
        CHECK(dispatcher.decode(bytes.substr(0, size)).has_value() == (size == bytes.size()));
      }
    };
    check("", first);
    check(first, here);
    check(first + here + gone, last);
  }

  TEST_CASE("what no end would say is an error") {
    const Pair pair;
    const auto text = [](std::string_view bytes) {
      return std::string(1, static_cast<char>(bytes.size())).append(bytes);
    };
    using namespace std::string_literals;
    const auto push = [](const std::string& bytes) { return "\x11\x01\x01"s + bytes; };
    REQUIRE(pair.node.decode(push("\x00\x01\x01\x81"s + text("x"))));
    CHECK_FALSE(pair.node.decode(push("\x04\x01\x01\x81"s + text("x"))));  // a flag that is none
    CHECK_FALSE(pair.node.decode(push("\x02\x01\x01"s)));                  // the frame of no push
    CHECK_FALSE(pair.node.decode(push("\x00\x00\x81"s + text("x"))));      // to nobody
    CHECK_FALSE(pair.node.decode(push("\x00\x01\x00\x81"s + text("x"))));  // numbers that were never given
    CHECK_FALSE(pair.node.decode(push("\x00\x01\x03\x81"s + text("x"))));
    CHECK_FALSE(pair.node.decode(push("\x01\x01\x01\x03\x00\x81"s + text("x"))));
    CHECK_FALSE(pair.node.decode(push("\x00\x01\x01\x88"s + text("x"))));            // a close frame
    CHECK_FALSE(pair.node.decode("\x11\x01\xff\xff\xff\xff\xff\xff\xff\xff\x7f"s));  // more than there can be
    CHECK_FALSE(pair.node.decode("\x00"s));
    CHECK_FALSE(pair.node.decode("\x01\x00\x00"s));  // what goes up
    CHECK_FALSE(pair.node.decode("\x13\x99"s));
    std::string large;
    large += "\x00\x01\x01\x81"s, put_varint(large, 1024 * 1024 + 1), large.append(1024 * 1024 + 1, 'x');
    CHECK_FALSE(pair.node.decode(push(large)));
    const auto up = [](const std::string& bytes) { return DispatcherWire().decode(bytes).has_value(); };
    const auto snapshot = "\x01\x00\x01"s + text("ann");
    REQUIRE(up(snapshot));
    CHECK_FALSE(up("\x02\x01"s + text("ann")));   // before the snapshot
    CHECK_FALSE(up(snapshot + snapshot));         // two of them
    CHECK_FALSE(up("\x01\x00\x01"s + text("")));  // nobody
    CHECK_FALSE(up("\x01\x00\x01"s + text(std::string(65, 'a'))));
    CHECK_FALSE(up("\x01\x00\xff\xff\xff\xff\x7f"s));  // more than there can be
    CHECK_FALSE(up(snapshot + "\x03\x02"s));           // who was never here
    CHECK_FALSE(up(snapshot + "\x03\x01\x03\x01"s));   // who left before
    CHECK_FALSE(up(snapshot + "\x13"s));               // what goes down
  }
}

}  // namespace
}  // namespace godwit::link
