#pragma once
#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "dispatch/node_links.hpp"

/// What a dispatcher's end does over every kind of link: run from the *_test.cpp of each with a bed of it.
namespace godwit::dispatch::suite {

using Lines = std::vector<std::string>;
inline const UserKey ann("ann"), bob("bob"), cas("cas");

/// Notes what comes down to a node. "user: text" for each who is pushed, in their order.
class NodeNotes {
 public:
  void note(const link::Down& message) {
    if (const auto* registration = std::get_if<link::Registered>(&message)) registered = registration->up_to;
    if (std::holds_alternative<link::Missed>(message)) ++missed;
    const auto* pushes = std::get_if<link::Pushed>(&message);
    if (pushes == nullptr) return;
    last = pushes->number;
    for (const auto& one : *pushes->batch) {
      if (!one.users) note(one.user, one);
      for (std::size_t i = 0; one.users && i < one.users->size(); ++i) note((*one.users)[i], one);
    }
  }
  std::uint64_t last = 0, registered = 0;  ///< as the dispatcher said
  int missed = 0;
  Lines pushed{};

 private:
  void note(const UserKey& user, const link::Push& push) {
    if (user == push.skip_user && push.skip_device.empty()) return;
    const std::string frame(push.frame.data(), push.frame.size());
    const auto text = frame.find("\"msg\":\"");
    pushed.push_back(user.str() + ": " +
                     (text == std::string::npos ? "-" : frame.substr(text + 7, frame.find('"', text + 7) - text - 7)));
  }
};

/// A node at the far end of a link. All of it says how things stand when everything that was said has come.
class FarNode {
 public:
  virtual ~FarNode() = default;
  virtual void say(link::Up message) = 0;
  /// What came; the pushes since the last call of `take`.
  virtual const NodeNotes& notes() = 0;
  virtual Lines take() = 0;
  /// The link ends, and the dispatcher hears of it.
  virtual void end() = 0;
};
using FarNodePtr = std::unique_ptr<FarNode>;

/// A kind of link.
class NodeWires {
 public:
  virtual ~NodeWires() = default;
  virtual FarNodePtr open(NodeLinks& links, const std::string& node, link::Snapshot snapshot) = 0;
};
using MakeNodeWires = std::function<std::unique_ptr<NodeWires>()>;

inline link::Push push_to(const UserKey& user, const std::string& text) {
  return {.user = user, .frame = net::SharedFrame::text(R"({"msg":")" + text + "\"}")};
}
inline link::Push push_to_all(std::vector<UserKey> users, const std::string& text) {
  auto push = push_to({}, text);
  push.users = std::make_shared<const std::vector<UserKey>>(std::move(users));
  return push;
}
inline link::PushBatch batch_of(std::vector<link::Push> pushes) {
  return std::make_shared<const std::vector<link::Push>>(std::move(pushes));
}

struct NodeLinksBed {
  explicit NodeLinksBed(const MakeNodeWires& make) : wires(make()) {}
  FarNodePtr open(const std::string& node, std::vector<UserKey> users, std::uint64_t pushed = 0) {
    return wires->open(links, node, {.users = std::move(users), .pushed = pushed});
  }
  /// Committed, and pushed to whoever is there.
  void commit(const UserKey& user, const std::string& text) {
    NodeLinks::Delivery delivery(links);
    delivery.push(batch_of(links.reaches(user) ? std::vector{push_to(user, text)} : std::vector<link::Push>()));
  }
  NodeLinks links;
  std::unique_ptr<NodeWires> wires;
};

inline void each_node_gets_its_part(NodeLinksBed& bed) {
  CHECK_FALSE(bed.links.reaches(ann));
  const auto one = bed.open("one", {ann}), two = bed.open("two", {bob});
  CHECK(bed.links.reaches(ann));
  CHECK(bed.links.reaches(bob));
  CHECK_FALSE(bed.links.reaches(cas));
  bed.links.push(batch_of({push_to(ann, "1"), push_to(bob, "2"), push_to_all({bob, cas}, "3"), push_to(ann, "4")}));
  CHECK(one->take() == Lines{"ann: 1", "ann: 4"});
  const auto of_two = two->take();
  CHECK((of_two == Lines{"bob: 2", "bob: 3"} || of_two == Lines{"bob: 2", "bob: 3", "cas: 3"}));  // who is not there
  bed.links.push(batch_of({push_to(cas, "5")}));
  CHECK(one->take().empty());
  CHECK(two->take().empty());
}

inline void a_registration_holds(NodeLinksBed& bed) {
  const auto link = bed.open("one", {});
  link->say(link::Here{.number = 7, .user = ann});
  CHECK(link->notes().registered == 7);
  bed.commit(ann, "hello");
  CHECK(link->take() == Lines{"ann: hello"});
  link->say(link::Gone{.user = ann});
  (void)link->notes();
  CHECK_FALSE(bed.links.reaches(ann));
}

inline void a_gap_is_told_where_it_was(NodeLinksBed& bed) {
  auto link = bed.open("one", {ann});
  bed.commit(ann, "1");
  const auto heard = link->notes().last;
  SUBCASE("nothing was committed meanwhile") {
    link->end();
    CHECK(bed.open("one", {ann}, heard)->notes().missed == 0);
  }
  SUBCASE("a push was under way when the link was cut, at its bound or by the network") {
    bed.commit(ann, "2");
    link->end();
    CHECK(bed.open("one", {ann}, heard)->notes().missed == 1);
  }
  SUBCASE("something was committed while there was no link") {
    link->end();
    bed.commit(ann, "2");
    CHECK(bed.open("one", {ann}, heard)->notes().missed == 1);
  }
  SUBCASE("the node had cut the link, and somebody connected, before the dispatcher heard of it") {
    bed.commit(cas, "2");  // whom it takes to be away
    link->end();
    CHECK(bed.open("one", {ann, cas}, heard)->notes().missed == 1);
  }
  SUBCASE("the dispatcher hears of the new link before it hears that the old one ended") {
    bed.commit(ann, "2");
    const auto again = bed.open("one", {ann}, heard);
    CHECK(again->notes().missed == 1);
    link->end();
    bed.commit(ann, "3");
    CHECK(again->take() == Lines{"ann: 3"});
  }
  SUBCASE("it opens between a commit and its push: that one may come to nobody") {
    link->end();
    NodeLinks::Delivery delivery(bed.links);
    CHECK_FALSE(bed.links.reaches(ann));
    CHECK(bed.open("one", {ann}, heard)->notes().missed == 1);
  }
}

inline void what_is_pushed_beside_a_commit(NodeLinksBed& bed) {
  auto link = bed.open("one", {ann});
  {
    NodeLinks::Delivery delivery(bed.links);
    bed.links.push(batch_of({push_to(ann, "typing")}));
  }
  const auto last = link->notes().last;
  link->end();
  CHECK(bed.open("one", {ann}, last)->notes().missed == 1);
}

inline void an_ended_link_is_heard_no_more(NodeLinksBed& bed) {
  auto link = bed.open("one", {ann});
  link->end();
  CHECK_FALSE(bed.links.reaches(ann));
  link->say(link::Here{.number = 1, .user = bob});
  CHECK(link->notes().registered == 0);
  CHECK_FALSE(bed.links.reaches(bob));
}

inline void node_links_suite(const MakeNodeWires& make) {
  NodeLinksBed bed(make);
  SUBCASE("who is connected is known, and each node gets its part, in order") { each_node_gets_its_part(bed); }
  SUBCASE("a registration is acknowledged, and holds from then on") { a_registration_holds(bed); }
  SUBCASE("a new dispatcher may have been another one before: it tells that something was missed") {
    CHECK(bed.open("one", {ann})->notes().missed == 1);
  }
  SUBCASE("a link that opens again tells that something was missed where it was, and only there") {
    a_gap_is_told_where_it_was(bed);
  }
  SUBCASE("what is pushed beside a commit that is not pushed yet says nothing about it") {
    what_is_pushed_beside_a_commit(bed);
  }
  SUBCASE("a link that has ended is heard no more, and its users are gone") { an_ended_link_is_heard_no_more(bed); }
}

}  // namespace godwit::dispatch::suite
