#include "dispatch/node_links.hpp"

#include <doctest/doctest.h>

#include "dispatch/fake_peers.hpp"

namespace godwit::dispatch {
namespace {

using Lines = std::vector<std::string>;
using testing::FakeLink;
using FakeLinkPtr = std::shared_ptr<FakeLink>;

const UserKey ann("ann"), bob("bob"), cas("cas");

link::Push push_to(const UserKey& user, const std::string& text) {
  return {.user = user, .frame = net::SharedFrame::text(R"({"msg":")" + text + "\"}")};
}
link::Push push_to_all(std::vector<UserKey> users, const std::string& text) {
  auto push = push_to({}, text);
  push.users = std::make_shared<const std::vector<UserKey>>(std::move(users));
  return push;
}
link::PushBatch batch_of(std::vector<link::Push> pushes) {
  return std::make_shared<const std::vector<link::Push>>(std::move(pushes));
}

struct Bed {
  FakeLinkPtr open(const std::string& node, std::vector<UserKey> users, std::uint64_t pushed = 0) {
    auto link = std::make_shared<FakeLink>(node);
    links.heard(link, link::Snapshot{.users = std::move(users), .pushed = pushed});
    return link;
  }
  /// Committed, and pushed to whoever is there.
  void commit(const UserKey& user, const std::string& text) {
    NodeLinks::Delivery delivery(links);
    delivery.push(batch_of(links.reaches(user) ? std::vector{push_to(user, text)} : std::vector<link::Push>()));
  }
  NodeLinks links;
};

TEST_SUITE("dispatch: the links to nodes") {
  TEST_CASE("who is connected is known, and each node gets its part, in order") {
    Bed bed;
    CHECK_FALSE(bed.links.reaches(ann));
    const auto one = bed.open("one", {ann}), two = bed.open("two", {bob});
    CHECK(bed.links.reaches(ann));
    CHECK(bed.links.reaches(bob));
    CHECK_FALSE(bed.links.reaches(cas));
    bed.links.push(batch_of({push_to(ann, "1"), push_to(bob, "2"), push_to_all({bob, cas}, "3"), push_to(ann, "4")}));
    CHECK(one->take() == Lines{"ann: 1", "ann: 4"});
    CHECK(two->take() == Lines{"bob: 2", "bob: 3", "cas: 3"});
    bed.links.push(batch_of({push_to(cas, "5")}));
    CHECK(one->take().empty());
    CHECK(two->take().empty());
  }

  TEST_CASE("a registration is acknowledged, and holds from then on") {
    Bed bed;
    const auto link = bed.open("one", {});
    bed.links.heard(link, link::Here{.number = 7, .user = ann});
    CHECK(link->registered == 7);
    bed.commit(ann, "hello");
    CHECK(link->take() == Lines{"ann: hello"});
    bed.links.heard(link, link::Gone{.user = ann});
    CHECK_FALSE(bed.links.reaches(ann));
  }

  TEST_CASE(
      "a new dispatcher may have been another one before, which nobody remembers: it tells that something was missed") {
    Bed bed;
    CHECK(bed.open("one", {ann})->missed == 1);
  }

  TEST_CASE("a link that opens again tells that something was missed where it was, and only there") {
    Bed bed;
    auto link = bed.open("one", {ann});
    bed.commit(ann, "1");
    const auto heard = link->last;
    SUBCASE("nothing was committed meanwhile") {
      bed.links.ended(*link);
      CHECK(bed.open("one", {ann}, heard)->missed == 0);
    }
    SUBCASE("a push was under way when the link was cut, at its bound or by the network") {
      bed.commit(ann, "2");
      bed.links.ended(*link);
      CHECK(bed.open("one", {ann}, heard)->missed == 1);
    }
    SUBCASE("something was committed while there was no link") {
      bed.links.ended(*link);
      bed.commit(ann, "2");
      CHECK(bed.open("one", {ann}, heard)->missed == 1);
    }
    SUBCASE("the node had cut the link, and somebody connected, before the dispatcher heard of it") {
      bed.commit(cas, "2");  // whom it takes to be away
      bed.links.ended(*link);
      CHECK(bed.open("one", {ann, cas}, heard)->missed == 1);
    }
    SUBCASE("the dispatcher hears of the new link before it hears that the old one ended") {
      bed.commit(ann, "2");
      const auto again = bed.open("one", {ann}, heard);
      CHECK(again->missed == 1);
      bed.links.ended(*link);
      bed.commit(ann, "3");
      CHECK(again->take() == Lines{"ann: 3"});
    }
    SUBCASE("it opens between a commit and its push: that one may come to nobody") {
      bed.links.ended(*link);
      NodeLinks::Delivery delivery(bed.links);
      CHECK_FALSE(bed.links.reaches(ann));
      CHECK(bed.open("one", {ann}, heard)->missed == 1);
    }
  }

  TEST_CASE("what is pushed beside a commit that is not pushed yet says nothing about it") {
    Bed bed;
    auto link = bed.open("one", {ann});
    {
      NodeLinks::Delivery delivery(bed.links);
      bed.links.push(batch_of({push_to(ann, "typing")}));
    }
    bed.links.ended(*link);
    CHECK(bed.open("one", {ann}, link->last)->missed == 1);
  }

  TEST_CASE("a link that has ended is heard no more, and its users are gone") {
    Bed bed;
    auto link = bed.open("one", {ann});
    bed.links.ended(*link);
    CHECK_FALSE(bed.links.reaches(ann));
    bed.links.heard(link, link::Here{.number = 1, .user = bob});
    CHECK_FALSE(bed.links.reaches(bob));
    CHECK(link->registered == 0);
  }
}

}  // namespace
}  // namespace godwit::dispatch
