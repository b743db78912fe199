#include "dispatch/node_links.hpp"

#include <doctest/doctest.h>

#include "dispatch/node_links_suite.hpp"

namespace godwit::dispatch {
namespace {

using namespace suite;

/// A link that is a call: what is sent is noted.
class NotedLink final : public link::Link {
 public:
  explicit NotedLink(std::string node) : node_(std::move(node)) {}
  [[nodiscard]] const std::string& node() const noexcept override { return node_; }
  [[nodiscard]] const std::string& dispatcher() const noexcept override { return dispatcher_; }
  void send(link::Down message) override { notes.note(message); }
  void send(link::Up) override {}
  void cut() override {}
  NodeNotes notes;

 private:
  const std::string node_, dispatcher_ = "dispatch-1";
};

class CalledNode final : public FarNode {
 public:
  CalledNode(NodeLinks& links, const std::string& node) : links_(links), link_(std::make_shared<NotedLink>(node)) {}
  void say(link::Up message) override { links_.heard(link_, std::move(message)); }
  const NodeNotes& notes() override { return link_->notes; }
  Lines take() override { return std::exchange(link_->notes.pushed, {}); }
  void end() override { links_.ended(*link_); }

 private:
  NodeLinks& links_;
  std::shared_ptr<NotedLink> link_;
};

class Calls final : public NodeWires {
 public:
  FarNodePtr open(NodeLinks& links, const std::string& node, link::Snapshot snapshot) override {
    auto far = std::make_unique<CalledNode>(links, node);
    far->say(std::move(snapshot));
    return far;
  }
};

TEST_CASE("dispatch: the links to nodes") {
  node_links_suite([] { return std::make_unique<Calls>(); });
}

}  // namespace
}  // namespace godwit::dispatch
