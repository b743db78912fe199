#pragma once
#include <string_view>

#include "base/log.hpp"
#include "gateway/hand_over.hpp"
#include "net/internal/listener.hpp"
#include "relay/letter.hpp"

namespace godwit::relay {

/// The node's side: a socket that a gateway relays goes on as if it had been upgraded here. The loops of the listener
/// are the node's.
class SocketDoor final : public net::internal::Door {
 public:
  SocketDoor(gateway::HandOver& sockets, Log& log) : sockets_(sockets), log_(log) {}

  [[nodiscard]] std::string_view path() const override { return kPath; }
  [[nodiscard]] std::string_view protocol() const override { return kProtocol; }
  void enter(net::internal::Visitor visitor) override;

 private:
  gateway::HandOver& sockets_;
  Log& log_;
};

}  // namespace godwit::relay
