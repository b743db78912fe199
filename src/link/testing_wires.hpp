#pragma once
#include <fcntl.h>
#include <sys/socket.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "link/wire_link.hpp"
#include "net/loop/testing_loop.hpp"
#include "service/link.hpp"

/// For tests: links over socket pairs, each end on a loop of its own, and a way to know that all has come.
namespace godwit::link::testing {

constexpr std::uint64_t kMark = std::uint64_t{1} << 60U;  ///< numbers of messages that only mark a place
inline const UserKey kMarker("the-marker");

/// Two descriptors that are each other's peer, non-blocking.
inline std::pair<int, int> socket_pair() {
  int ends[2] = {-1, -1};
  (void)::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends);
  return {ends[0], ends[1]};
}

/// One link between two ends, which it stands before.
class Wire final : public NodeEnd, public DispatcherEnd {
 public:
  struct Loops {
    net::testing::LoopThread node, dispatcher;
    std::unique_ptr<net::ChannelHost> node_host, dispatcher_host;
    explicit Loops(const WireSettings& settings = {}) {
      node.loop.call(
          [&] { node_host = std::make_unique<net::ChannelHost>(node.loop, channel_settings(settings, false)); });
      dispatcher.loop.call([&] {
        dispatcher_host = std::make_unique<net::ChannelHost>(dispatcher.loop, channel_settings(settings, true));
      });
    }
    ~Loops() {
      node.loop.call([&] { node_host.reset(); });
      dispatcher.loop.call([&] { dispatcher_host.reset(); });
    }
  };

  Wire(Loops& loops, NodeEnd& node, DispatcherEnd& dispatcher, const std::string& node_name = "node-1",
       const std::string& dispatcher_name = "dispatch-1", const WireSettings& settings = {})
      : loops_(loops), node_(node), dispatcher_(dispatcher) {
    at_node = std::make_shared<NodeWireLink>(*this, node_name, dispatcher_name, loops.node.loop, settings);
    at_dispatcher =
        std::make_shared<DispatcherWireLink>(*this, node_name, dispatcher_name, loops.dispatcher.loop, settings);
    const auto [down, up] = socket_pair();
    loops.dispatcher.loop.call([&, fd = down] {
      at_dispatcher->open(*loops.dispatcher_host, {.fd = fd, .early = {}, .loop = &loops.dispatcher.loop}, {});
    });
    loops.node.loop.call([&, fd = up] {
      node_.opened(at_node);
      at_node->open(*loops.node_host, {.fd = fd, .early = {}, .loop = &loops.node.loop}, {});
    });
    settle();
  }
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;
  ~Wire() override {
    loops_.dispatcher.loop.call([&] { at_dispatcher->drop(); });
    loops_.node.loop.call([&] { at_node->drop(); });
  }

  /// What was sent by either end has been heard by the other; or both have heard that the link has ended. False: it
  /// took too long.
  bool settle() {
    const auto number = ++marks_;
    at_dispatcher->send(Registered{.up_to = kMark + number});
    at_node->send(Here{.number = kMark + number, .user = kMarker});
    at_node->send(Gone{.user = kMarker});
    return net::testing::eventually([&] {
      return (ended_at_node == 1 && ended_at_dispatcher == 1) || (seen_up_ >= number && seen_down_ >= number);
    });
  }
  /// It breaks; both ends have heard so.
  bool break_off() {
    at_node->cut();
    return net::testing::eventually([&] { return ended_at_node == 1 && ended_at_dispatcher == 1; });
  }

  std::shared_ptr<NodeWireLink> at_node;
  std::shared_ptr<DispatcherWireLink> at_dispatcher;
  std::atomic<int> ended_at_node = 0, ended_at_dispatcher = 0;

 private:
  void opened(LinkPtr) override {}
  void heard(Link& link, Down message) override {
    const auto* mark = std::get_if<Registered>(&message);
    if (mark != nullptr && mark->up_to > kMark) return static_cast<void>(seen_down_ = mark->up_to - kMark);
    node_.heard(link, std::move(message));
  }
  void heard(const LinkPtr& link, Up message) override {
    const auto* mark = std::get_if<Here>(&message);
    if (mark != nullptr && mark->number > kMark) return static_cast<void>(seen_up_ = mark->number - kMark);
    if (const auto* gone = std::get_if<Gone>(&message); gone != nullptr && gone->user == kMarker) return;
    dispatcher_.heard(link, std::move(message));
  }
  void ended(Link& link) override {
    if (&link == at_node.get())
      node_.ended(link), ++ended_at_node;
    else
      dispatcher_.ended(link), ++ended_at_dispatcher;
  }

  Loops& loops_;
  NodeEnd& node_;
  DispatcherEnd& dispatcher_;
  std::uint64_t marks_ = 0;
  std::atomic<std::uint64_t> seen_up_ = 0, seen_down_ = 0;
};

}  // namespace godwit::link::testing
