#pragma once
#include <memory>
#include <vector>

#include "service/gateway.hpp"
#include "net/channel.hpp"

namespace godwit::app {

/// `--debug-echo`: GET /debug/echo sends every message back through the push channel's own code, messages of up to 16
/// MiB in up to 65,536 fragments, so that a conformance suite can be run against it. Off by default; loopback only
/// (config refuses otherwise).
class DebugEcho {
 public:
  explicit DebugEcho(const std::vector<net::EventLoop*>& loops);
  ~DebugEcho();
  [[nodiscard]] gateway::Routes routes();

 private:
  std::vector<std::unique_ptr<net::ChannelHost>> hosts_;  // one a loop
};

}  // namespace godwit::app
