#pragma once
#include "domain/people.hpp"
#include "net/http.hpp"

namespace godwit::gateway {

/// The port by which an upgraded socket leaves the gateway: handed over to a node in this process, or relayed to one
/// elsewhere.
class HandOver {
 public:
  virtual ~HandOver() = default;
  /// The socket, which is the callee's from here on, and whose it is; on the socket's loop.
  virtual void take(net::RawSocket socket, Identity who) = 0;
};

}  // namespace godwit::gateway
