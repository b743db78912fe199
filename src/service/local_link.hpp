#pragma once
#include <atomic>
#include <utility>

#include "service/link.hpp"

namespace godwit::link {

/// A link between a dispatcher and a node of one process: sending is calling. The ends outlive it.
class LocalLink final : public Link, public std::enable_shared_from_this<LocalLink> {
 public:
  LocalLink(NodeEnd& node, DispatcherEnd& dispatcher, std::string node_name, std::string dispatcher_name)
      : node_(node),
        dispatcher_(dispatcher),
        node_name_(std::move(node_name)),
        dispatcher_name_(std::move(dispatcher_name)) {}

  void open() { node_.opened(shared_from_this()); }

  [[nodiscard]] const std::string& node() const noexcept override { return node_name_; }
  [[nodiscard]] const std::string& dispatcher() const noexcept override { return dispatcher_name_; }
  void send(Down message) override {
    if (!cut_.load(std::memory_order_acquire)) node_.heard(*this, std::move(message));
  }
  void send(Up message) override {
    if (!cut_.load(std::memory_order_acquire)) dispatcher_.heard(shared_from_this(), std::move(message));
  }
  void cut() override {
    if (cut_.exchange(true, std::memory_order_acq_rel)) return;
    node_.ended(*this);
    dispatcher_.ended(*this);
  }

 private:
  NodeEnd& node_;
  DispatcherEnd& dispatcher_;
  const std::string node_name_, dispatcher_name_;
  std::atomic<bool> cut_{false};
};

}  // namespace godwit::link
