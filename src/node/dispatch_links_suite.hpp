#pragma once
#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/testing_executor.hpp"
#include "node/dispatch_links.hpp"

/// What a node's end does over every kind of link: run from the *_test.cpp of each with a bed of it.
namespace godwit::node::suite {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;
inline const UserKey ann("ann"), bob("bob");

struct Target final : PushTarget {
  void push(link::PushBatch) override { ++pushed; }
  void tell_missed() override { ++missed; }
  int pushed = 0, missed = 0;
};

/// What the node says: "=annbob" is a snapshot, "+ann 1" and "-ann" what follows.
struct DispatcherNotes {
  void note(const link::Up& message) {
    if (const auto* snapshot = std::get_if<link::Snapshot>(&message)) {
      std::string line = "=";
      for (const auto& user : snapshot->users) line += user.str();
      pushed = snapshot->pushed;
      said.push_back(line);
    } else if (const auto* here = std::get_if<link::Here>(&message)) {
      said.push_back("+" + here->user.str() + " " + std::to_string(here->number));
    } else {
      said.push_back("-" + std::get<link::Gone>(message).user.str());
    }
  }
  Lines said;
  std::uint64_t pushed = 0;
};

/// A dispatcher at the far end of a link. Everything that was said has come when a call comes back.
class FarDispatcher {
 public:
  virtual ~FarDispatcher() = default;
  virtual void say(link::Down message) = 0;
  virtual const DispatcherNotes& notes() = 0;
  /// It breaks the link, and the node hears of it.
  virtual void end() = 0;
  /// Whether the node has cut it.
  [[nodiscard]] virtual bool is_cut() = 0;
};
using FarDispatcherPtr = std::unique_ptr<FarDispatcher>;

/// A kind of link.
class DispatchWires {
 public:
  virtual ~DispatchWires() = default;
  virtual FarDispatcherPtr open(DispatchLinks& links, const std::string& dispatcher) = 0;
};
using MakeDispatchWires = std::function<std::unique_ptr<DispatchWires>()>;

struct DispatchLinksBed {
  explicit DispatchLinksBed(const MakeDispatchWires& make) : wires(make()) {}
  FarDispatcherPtr open(const char* dispatcher) { return wires->open(links, dispatcher); }
  /// A socket of the user registers; true once it may be told that it is connected.
  std::shared_ptr<bool> enter(const UserKey& user) {
    auto done = std::make_shared<bool>(false);
    steps.enter([&] {
      links.add(user);
      spawn([](DispatchLinks& all, std::shared_ptr<bool> flag) -> Task<void> {
        co_await all.acknowledged();
        *flag = true;
      }(links, done));
    });
    return done;
  }
  static void acknowledge(const FarDispatcherPtr& far, std::uint64_t up_to) {
    far->say(link::Registered{.up_to = up_to});
  }
  ManualClock clock;
  SteppedExecutor steps{clock};
  Target target;
  DispatchLinks links{target, steps};
  std::unique_ptr<DispatchWires> wires;
};

inline void it_hears_who_comes_and_goes(DispatchLinksBed& bed) {
  bed.enter(ann);
  const auto link = bed.open("d");
  bed.enter(ann);
  bed.enter(bob);
  bed.links.remove(ann);
  bed.links.remove(ann);
  CHECK(link->notes().said == Lines{"=ann", "+bob 2", "-ann"});
  CHECK(bed.links.connected(bob));
  CHECK_FALSE(bed.links.connected(ann));
  CHECK(bed.links.users() == 1);
  bed.acknowledge(link, 2);
  bed.steps.run();
}

inline void every_link_is_waited_for(DispatchLinksBed& bed) {
  const auto one = bed.open("one"), two = bed.open("two");
  const auto first = bed.enter(ann), second = bed.enter(bob);
  bed.acknowledge(one, 2);
  bed.steps.run();
  CHECK_FALSE(*first);
  bed.acknowledge(two, 1);
  bed.steps.run();
  CHECK(*first);
  CHECK_FALSE(*second);
  bed.acknowledge(two, 2);
  bed.steps.run();
  CHECK(*second);
  CHECK_FALSE(one->is_cut());
  bed.steps.run_for(2s);
  CHECK_FALSE(two->is_cut());
}

inline void a_slow_link_is_cut(DispatchLinksBed& bed) {
  const auto quick = bed.open("quick"), slow = bed.open("slow");
  const auto done = bed.enter(ann);
  bed.acknowledge(quick, 1);
  bed.steps.run_for(DispatchLinks::kPatience - 1ms);
  CHECK_FALSE(*done);
  bed.steps.run_for(1ms);
  CHECK(slow->is_cut());
  bed.steps.run();
  CHECK(*done);
  CHECK_FALSE(quick->is_cut());
  bed.enter(bob);
  CHECK(slow->notes().said == Lines{"=", "+ann 1"});
  bed.acknowledge(quick, 2);
  bed.steps.run();
}

inline void a_link_that_opens_meanwhile(DispatchLinksBed& bed) {
  const auto old = bed.open("old");
  const auto done = bed.enter(ann);
  const auto fresh = bed.open("fresh");
  CHECK(fresh->notes().said == Lines{"=ann"});
  bed.acknowledge(old, 1);
  bed.steps.run();
  CHECK(*done);
}

inline void the_last_push_is_remembered(DispatchLinksBed& bed) {
  const auto link = bed.open("d");
  link->say(link::Pushed{.number = 5, .batch = std::make_shared<const std::vector<link::Push>>()});
  CHECK(bed.target.pushed == 1);
  link->end();
  CHECK(bed.open("d")->notes().pushed == 5);
  CHECK(bed.open("another")->notes().pushed == 0);
}

inline void dispatch_links_suite(const MakeDispatchWires& make) {
  DispatchLinksBed bed(make);
  SUBCASE("a link hears who is here, then who comes first and goes last") { it_hears_who_comes_and_goes(bed); }
  SUBCASE("without a link nobody is waited for") { CHECK(*bed.enter(ann)); }
  SUBCASE("a registration waits until every link has acknowledged it") { every_link_is_waited_for(bed); }
  SUBCASE("a link that does not acknowledge within a second is cut, and not waited for") { a_slow_link_is_cut(bed); }
  SUBCASE("a link that ends is not waited for") {
    const auto link = bed.open("d");
    const auto done = bed.enter(ann);
    link->end();
    bed.steps.run();
    CHECK(*done);
  }
  SUBCASE("a link that opens meanwhile has the registration in its snapshot: it is not waited for") {
    a_link_that_opens_meanwhile(bed);
  }
  SUBCASE("the last push of each dispatcher is remembered over its links") { the_last_push_is_remembered(bed); }
  SUBCASE("what was missed is told") {
    const auto link = bed.open("d");
    link->say(link::Missed{});
    CHECK(bed.target.missed == 1);
  }
}

}  // namespace godwit::node::suite
