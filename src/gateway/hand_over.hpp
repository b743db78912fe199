#pragma once
#include "base/slots.hpp"
#include "net/http/http.hpp"
#include "service/user.hpp"

namespace godwit::gateway {

/// The port by which an upgraded socket leaves the gateway: handed over to a node in this process, or relayed to one
/// elsewhere.
class HandOver {
 public:
  virtual ~HandOver() = default;
  /// Whether a socket could be taken now: asked before the client is told so (101). unavailable. Any thread.
  [[nodiscard]] virtual Result<void> ready() { return {}; }
  /// The socket, which is the callee's from here on, and whose it is proven to be; on the socket's loop. The node
  /// closes it if the session ended since then. `opening` is held until the node has answered (201), or never will.
  virtual void take(net::RawSocket socket, user::Proven proven, Slots::Slot opening) = 0;
};

}  // namespace godwit::gateway
