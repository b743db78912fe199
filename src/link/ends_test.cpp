#include <doctest/doctest.h>

#include <optional>

#include "dispatch/node_links_suite.hpp"
#include "link/testing_wires.hpp"
#include "node/dispatch_links_suite.hpp"

// What both ends of links promise, over the wire.

namespace godwit::link {
namespace {

using testing::Wire;

class WiredNode final : public dispatch::suite::FarNode, public NodeEnd {
 public:
  WiredNode(Wire::Loops& loops, dispatch::NodeLinks& links, const std::string& node, Snapshot snapshot)
      : snapshot_(std::move(snapshot)) {
    wire_.emplace(loops, *this, links, node);
  }
  void say(Up message) override {
    wire_->at_node->send(std::move(message));
    CHECK(wire_->settle());
  }
  const dispatch::suite::NodeNotes& notes() override {
    CHECK(wire_->settle());
    return notes_;
  }
  dispatch::suite::Lines take() override {
    CHECK(wire_->settle());
    return std::exchange(notes_.pushed, {});
  }
  void end() override { CHECK(wire_->break_off()); }

 private:
  void opened(LinkPtr link) override { link->send(Up(snapshot_)); }
  void heard(Link&, Down message) override { notes_.note(message); }
  void ended(Link&) override {}

  const Snapshot snapshot_;
  dispatch::suite::NodeNotes notes_;
  std::optional<Wire> wire_;
};

class NodeWiresOnLoops final : public dispatch::suite::NodeWires {
 public:
  dispatch::suite::FarNodePtr open(dispatch::NodeLinks& links, const std::string& node, Snapshot snapshot) override {
    return std::make_unique<WiredNode>(loops_, links, node, std::move(snapshot));
  }

 private:
  Wire::Loops loops_;
};

class WiredDispatcher final : public node::suite::FarDispatcher, public DispatcherEnd {
 public:
  WiredDispatcher(Wire::Loops& loops, node::DispatchLinks& links, const std::string& dispatcher)
      : wire_(loops, links, *this, "node-1", dispatcher) {}
  void say(Down message) override {
    wire_.at_dispatcher->send(std::move(message));
    CHECK(wire_.settle());
  }
  const node::suite::DispatcherNotes& notes() override {
    CHECK(wire_.settle());
    return notes_;
  }
  void end() override {
    wire_.at_dispatcher->cut();
    CHECK(wire_.settle());
  }
  [[nodiscard]] bool is_cut() override {
    CHECK(wire_.settle());
    return wire_.ended_at_node == 1;
  }

 private:
  void heard(const LinkPtr&, Up message) override { notes_.note(message); }
  void ended(Link&) override {}

  node::suite::DispatcherNotes notes_;
  Wire wire_;
};

class DispatchWiresOnLoops final : public node::suite::DispatchWires {
 public:
  node::suite::FarDispatcherPtr open(node::DispatchLinks& links, const std::string& dispatcher) override {
    return std::make_unique<WiredDispatcher>(loops_, links, dispatcher);
  }

 private:
  Wire::Loops loops_;
};

TEST_CASE("link: a dispatcher's end over the wire") {
  dispatch::suite::node_links_suite([] { return std::make_unique<NodeWiresOnLoops>(); });
}

TEST_CASE("link: a node's end over the wire") {
  node::suite::dispatch_links_suite([] { return std::make_unique<DispatchWiresOnLoops>(); });
}

}  // namespace
}  // namespace godwit::link
