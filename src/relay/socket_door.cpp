#include "relay/socket_door.hpp"

#include <unistd.h>

namespace godwit::relay {

void SocketDoor::enter(net::internal::Visitor visitor) {
  auto proven = read_letter(visitor.letter);
  if (proven) return sockets_.take(std::move(visitor.socket), std::move(*proven), {});
  log_.error("relayed_socket_refused", {{"gateway", visitor.dialler}, {"reason", proven.error().detail}});
  ::close(visitor.socket.fd);
}

}  // namespace godwit::relay
