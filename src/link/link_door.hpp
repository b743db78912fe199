#pragma once
#include <atomic>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/log.hpp"
#include "link/wire_link.hpp"
#include "net/internal/listener.hpp"

namespace godwit::link {

inline constexpr std::string_view kPath = "/internal/link";
inline constexpr std::string_view kProtocol = "godwit-link.1";

/// The node's side: opens a link for each dispatcher that dials. A link lives on the loop that took its connection.
/// Goes after the listener, before the node. At most `kMost` links; more are closed.
class LinkDoor final : public net::internal::Door {
 public:
  static constexpr std::size_t kMost = 256;

  LinkDoor(NodeEnd& end, const std::vector<net::EventLoop*>& loops, std::string node, WireSettings settings, Log& log);
  /// Any thread, while the loops run or when they have stopped. Drops the links; nobody is told.
  ~LinkDoor() override;

  [[nodiscard]] std::string_view path() const override { return kPath; }
  [[nodiscard]] std::string_view protocol() const override { return kProtocol; }
  void enter(net::internal::Visitor visitor) override;
  [[nodiscard]] std::size_t links() const noexcept { return links_.load(std::memory_order_relaxed); }

 private:
  struct OnLoop {
    std::unique_ptr<net::ChannelHost> host;
    std::unordered_map<WireLink*, std::shared_ptr<NodeWireLink>> links;
  };

  NodeEnd& end_;
  const std::vector<net::EventLoop*> loops_;
  const std::string node_;
  const WireSettings settings_;
  Log& log_;
  std::vector<OnLoop> places_;  // by the loops' places here
  std::atomic<std::size_t> links_{0};
};

}  // namespace godwit::link
