#include "node/dispatch_links.hpp"

#include <doctest/doctest.h>

#include "node/testing_node.hpp"

namespace godwit::node {
namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

const UserKey ann("ann"), bob("bob");

struct Target final : PushTarget {
  void push(link::PushBatch) override { ++pushed; }
  void tell_missed() override { ++missed; }
  int pushed = 0, missed = 0;
};

/// Notes what the node says: "=ann,bob" is a snapshot, "+ann 1" and "-ann" what follows.
class FakeLink final : public link::Link, public std::enable_shared_from_this<FakeLink> {
 public:
  FakeLink(DispatchLinks& node, std::string dispatcher) : at_node_(node), dispatcher_(std::move(dispatcher)) {}
  [[nodiscard]] const std::string& node() const noexcept override { return node_; }
  [[nodiscard]] const std::string& dispatcher() const noexcept override { return dispatcher_; }
  void send(link::Down) override {}
  void send(link::Up message) override {
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
  void cut() override {
    if (std::exchange(is_cut, true)) return;
    at_node_.ended(*this);
  }
  void acknowledge(std::uint64_t up_to) { at_node_.heard(*this, link::Registered{.up_to = up_to}); }

  Lines said;
  std::uint64_t pushed = 0;
  bool is_cut = false;

 private:
  DispatchLinks& at_node_;
  const std::string node_ = "node-1", dispatcher_;
};

struct Bed {
  std::shared_ptr<FakeLink> open(const char* dispatcher) {
    auto link = std::make_shared<FakeLink>(links, dispatcher);
    links.opened(link);
    return link;
  }
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
  ManualClock clock;
  SteppedExecutor steps{clock};
  Target target;
  DispatchLinks links{target, steps};
};

TEST_SUITE("node: the links of dispatchers") {
  TEST_CASE("a link hears who is here, then who comes first and goes last") {
    Bed bed;
    bed.enter(ann);
    const auto link = bed.open("d");
    bed.enter(ann);
    bed.enter(bob);
    bed.links.remove(ann);
    bed.links.remove(ann);
    CHECK(link->said == Lines{"=ann", "+bob 2", "-ann"});
    CHECK(bed.links.connected(bob));
    CHECK_FALSE(bed.links.connected(ann));
    CHECK(bed.links.users() == 1);
    link->acknowledge(2);
    bed.steps.run();
  }

  TEST_CASE("without a link nobody is waited for") {
    Bed bed;
    CHECK(*bed.enter(ann));
  }

  TEST_CASE("a registration waits until every link has acknowledged it") {
    Bed bed;
    const auto one = bed.open("one"), two = bed.open("two");
    const auto first = bed.enter(ann), second = bed.enter(bob);
    one->acknowledge(2);
    bed.steps.run();
    CHECK_FALSE(*first);
    two->acknowledge(1);
    bed.steps.run();
    CHECK(*first);
    CHECK_FALSE(*second);
    two->acknowledge(2);
    bed.steps.run();
    CHECK(*second);
    CHECK_FALSE(one->is_cut);
    bed.steps.run_for(2s);
    CHECK_FALSE(two->is_cut);
  }

  TEST_CASE("a link that does not acknowledge within a second is cut, and not waited for") {
    Bed bed;
    const auto quick = bed.open("quick"), slow = bed.open("slow");
    const auto done = bed.enter(ann);
    quick->acknowledge(1);
    bed.steps.run_for(DispatchLinks::kPatience - 1ms);
    CHECK_FALSE(*done);
    bed.steps.run_for(1ms);
    CHECK(*done);
    CHECK(slow->is_cut);
    CHECK_FALSE(quick->is_cut);
    bed.enter(bob);
    CHECK(slow->said == Lines{"=", "+ann 1"});
    quick->acknowledge(2);
    bed.steps.run();
  }

  TEST_CASE("a link that ends is not waited for") {
    Bed bed;
    const auto link = bed.open("d");
    const auto done = bed.enter(ann);
    link->cut();
    bed.steps.run();
    CHECK(*done);
  }

  TEST_CASE("a link that opens meanwhile has the registration in its snapshot: it is not waited for") {
    Bed bed;
    const auto old = bed.open("old");
    const auto done = bed.enter(ann);
    const auto fresh = bed.open("fresh");
    CHECK(fresh->said == Lines{"=ann"});
    old->acknowledge(1);
    bed.steps.run();
    CHECK(*done);
  }

  TEST_CASE("the last push of each dispatcher is remembered over its links") {
    Bed bed;
    const auto link = bed.open("d");
    bed.links.heard(*link, link::Pushed{.number = 5, .batch = std::make_shared<const std::vector<link::Push>>()});
    CHECK(bed.target.pushed == 1);
    link->cut();
    CHECK(bed.open("d")->pushed == 5);
    CHECK(bed.open("another")->pushed == 0);
  }

  TEST_CASE("what was missed is told") {
    Bed bed;
    const auto link = bed.open("d");
    bed.links.heard(*link, link::Missed{});
    CHECK(bed.target.missed == 1);
  }
}

}  // namespace
}  // namespace godwit::node
