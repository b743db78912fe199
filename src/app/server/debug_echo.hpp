#pragma once
#include <memory>
#include <vector>

#include "gateway/hand_over.hpp"
#include "net/websocket/channel.hpp"

namespace godwit::app {

/// `--debug-echo`: GET /debug/echo sends every message back through the push channel's own code, messages of up to 16
/// MiB in up to 65,536 fragments, so that a conformance suite can be run against it. Off by default; loopback only
/// (config refuses otherwise).
class DebugEcho final : public gateway::HandOver {
 public:
  explicit DebugEcho(const std::vector<net::EventLoop*>& loops);
  ~DebugEcho() override;

  void take(net::RawSocket socket, user::Proven proven, Slots::Slot opening) override;

 private:
  std::vector<std::unique_ptr<net::ChannelHost>> hosts_;  // one a loop
};

}  // namespace godwit::app
