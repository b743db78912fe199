#include "node/acceptor.hpp"

#include "node/connection.hpp"
#include "node/node_role.hpp"

namespace godwit::node {

Acceptor::Acceptor(NodeRole& node, const std::vector<net::EventLoop*>& loops, const net::ChannelSettings& settings)
    : node_(node) {
  for (auto* loop : loops) hosts_.push_back(std::make_unique<net::ChannelHost>(*loop, settings));
}

void Acceptor::accept(net::RawSocket socket, user::Proven proven) {
  const auto index = socket.loop->index();
  auto connection = std::make_unique<Connection>(std::move(proven.who));
  auto& channel = *connection;
  node_.accept(index, std::move(connection), proven.as_of, [&] { channel.open(*hosts_.at(index), std::move(socket)); });
}

}  // namespace godwit::node
