#include "app/server/node_watch.hpp"

#include <algorithm>

namespace godwit::app {

void NodeWatch::start(registry::Registry& registry, Executor& loop) {
  registry_ = &registry;
  loop_ = &loop;
  loop.post([this] { beat(); });
}

void NodeWatch::beat() {
  spawn(look());
  loop_->post_after(kLook, [this] { beat(); });
}

Task<void> NodeWatch::look() {
  const auto live = co_await registry_->nodes();
  if (!live) co_return;
  auto nodes = nodes_.nodes();
  for (auto& node : nodes) {
    const auto known = std::ranges::find(*live, node.name, [](const registry::Live& one) { return one.node.name; });
    node.alive = live->empty() || (known != live->end() && !known->draining);
  }
  nodes_.set(std::move(nodes));
}

}  // namespace godwit::app
