#include "dispatch/node_links.hpp"

#include <algorithm>

#include "base/planted.hpp"

namespace godwit::dispatch {

using Guard = std::lock_guard<std::mutex>;

NodeLinks::Delivery::Delivery(NodeLinks& links) : links_(links) {
  Guard guard(links_.mutex_);
  ++links_.committed_, ++links_.delivering_;
}

NodeLinks::Delivery::~Delivery() {
  Guard guard(links_.mutex_);
  if (--links_.delivering_ == 0) links_.pushed_ = links_.committed_;
}

void NodeLinks::Delivery::push(link::PushBatch batch) {
  Guard guard(links_.mutex_);
  links_.send(batch, links_.delivering_ == 1 ? links_.committed_ : links_.pushed_);
}

bool NodeLinks::reaches(const UserKey& user) const {
  Guard guard(mutex_);
  return std::ranges::any_of(nodes_, [&](const auto& one) { return one.second.users.contains(user); });
}

void NodeLinks::push(link::PushBatch batch) {
  Guard guard(mutex_);
  send(batch, pushed_);
}

void NodeLinks::tell_missed() {
  Guard guard(mutex_);
  for (auto& [name, node] : nodes_) node.link->send(link::Missed{});
}

void NodeLinks::send(const link::PushBatch& batch, std::uint64_t number) {
  if (batch->empty()) return;
  for (auto& [name, node] : nodes_) {
    auto part = nodes_.size() == 1 ? batch : for_node(node, batch);
    if (!part->empty()) node.link->send(link::Pushed{.number = number, .batch = std::move(part)});
  }
}

bool NodeLinks::concerns(const Node& node, const link::Push& push) {
  if (!push.users) return node.users.contains(push.user);
  return std::ranges::any_of(*push.users, [&](const UserKey& user) { return node.users.contains(user); });
}

link::PushBatch NodeLinks::for_node(const Node& node, const link::PushBatch& batch) const {
  const auto concerned = [&](const link::Push& push) { return concerns(node, push); };
  if (std::ranges::all_of(*batch, concerned)) return batch;
  auto part = std::make_shared<std::vector<link::Push>>();
  std::ranges::copy_if(*batch, std::back_inserter(*part), concerned);
  return part;
}

void NodeLinks::heard(const link::LinkPtr& link, link::Up message) {
  Guard guard(mutex_);
  if (const auto* snapshot = std::get_if<link::Snapshot>(&message)) {
    auto& node = nodes_[link->node()];
    node.link = link;
    return take(node, *snapshot);
  }
  const auto node = nodes_.find(link->node());
  if (node == nodes_.end() || node->second.link != link) return;  // of a link that was cut
  if (const auto* here = std::get_if<link::Here>(&message)) {
    node->second.users.insert(here->user);
    link->send(link::Registered{.up_to = here->number});
  } else if (const auto* gone = std::get_if<link::Gone>(&message)) {
    node->second.users.erase(gone->user);
  }
}

void NodeLinks::take(Node& node, const link::Snapshot& snapshot) {
  node.users = {snapshot.users.begin(), snapshot.users.end()};
  // What this dispatcher committed after what the node heard last, or what an earlier one did before it died.
  if (snapshot.pushed != committed_ && !planted(Bug::gap_not_told)) node.link->send(link::Missed{});
}

void NodeLinks::ended(link::Link& link) {
  Guard guard(mutex_);
  const auto node = nodes_.find(link.node());
  if (node != nodes_.end() && node->second.link.get() == &link) nodes_.erase(node);
}

}  // namespace godwit::dispatch
