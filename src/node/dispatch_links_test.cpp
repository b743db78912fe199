#include "node/dispatch_links.hpp"

#include <doctest/doctest.h>

#include "node/dispatch_links_suite.hpp"

namespace godwit::node {
namespace {

using namespace suite;

/// A link that is a call: what is sent is noted.
class NotedLink final : public link::Link, public std::enable_shared_from_this<NotedLink> {
 public:
  NotedLink(DispatchLinks& node, std::string dispatcher) : at_node_(node), dispatcher_(std::move(dispatcher)) {}
  [[nodiscard]] const std::string& node() const noexcept override { return node_; }
  [[nodiscard]] const std::string& dispatcher() const noexcept override { return dispatcher_; }
  void send(link::Down message) override { at_node_.heard(*this, std::move(message)); }
  void send(link::Up message) override { notes.note(message); }
  void cut() override {
    if (std::exchange(is_cut, true)) return;
    at_node_.ended(*this);
  }
  DispatcherNotes notes;
  bool is_cut = false;

 private:
  DispatchLinks& at_node_;
  const std::string node_ = "node-1", dispatcher_;
};

class CalledDispatcher final : public FarDispatcher {
 public:
  CalledDispatcher(DispatchLinks& node, const std::string& name) : link_(std::make_shared<NotedLink>(node, name)) {
    node.opened(link_);
  }
  void say(link::Down message) override { link_->send(std::move(message)); }
  const DispatcherNotes& notes() override { return link_->notes; }
  void end() override { link_->cut(); }
  [[nodiscard]] bool is_cut() override { return link_->is_cut; }

 private:
  std::shared_ptr<NotedLink> link_;
};

class Calls final : public DispatchWires {
 public:
  FarDispatcherPtr open(DispatchLinks& links, const std::string& dispatcher) override {
    return std::make_unique<CalledDispatcher>(links, dispatcher);
  }
};

TEST_CASE("node: the links of dispatchers") {
  dispatch_links_suite([] { return std::make_unique<Calls>(); });
}

}  // namespace
}  // namespace godwit::node
