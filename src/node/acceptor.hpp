#pragma once
#include <memory>
#include <vector>

#include "net/websocket/channel.hpp"
#include "service/user.hpp"

namespace godwit::node {

class NodeRole;

/// Makes connections of the raw sockets that a gateway in this process hands over. Its loops are the node's executors,
/// in the same order. Goes before the node does.
class Acceptor {
 public:
  Acceptor(NodeRole& node, const std::vector<net::EventLoop*>& loops, const net::ChannelSettings& settings);

  /// A socket that is upgraded, and whose it is proven to be; on the socket's loop.
  void accept(net::RawSocket socket, user::Proven proven);

 private:
  NodeRole& node_;
  std::vector<std::unique_ptr<net::ChannelHost>> hosts_;  // one a loop
};

}  // namespace godwit::node
