#pragma once
#include <string_view>
#include <unordered_map>
#include <vector>

#include "net/channel.hpp"
#include "node/ack_queue.hpp"
#include "node/connection.hpp"
#include "service/node.hpp"

namespace godwit::node {

class NodeRole;

/// The sockets of one loop, by user and by session. Loop's thread only, but for `loop()`.
class Hub {
 public:
  Hub(NodeRole& node, net::EventLoop& loop);
  ~Hub();

  [[nodiscard]] net::EventLoop& loop() noexcept { return host_.loop(); }
  [[nodiscard]] NodeRole& node() noexcept { return node_; }
  [[nodiscard]] AckQueue& acks() noexcept { return acks_; }

  void push(const std::vector<Push>& batch);
  /// Takes the socket: 201, presence (`first`: the user was not here before), and away with an older socket of the
  /// session.
  void accept(net::RawSocket socket, Identity who, std::uint64_t number, bool first);
  /// Closes the session's socket if it is older than `before`.
  void close_session(const SessionId& session, Close code, std::uint64_t before);
  /// 4001 to every socket.
  void drain();
  /// Closing has begun: the device counts as gone for its friends, however long its socket lingers. Once a connection.
  void leave(Connection& connection);
  /// The connection is gone: forgets it and destroys it.
  void forget(Connection& connection, std::uint16_t code);

 private:
  using Devices = std::vector<Connection*>;  // nearly always one

  void push_to(const UserKey& user, const Push& push);
  Task<void> tell_presence(UserKey user, SessionId newcomer, bool changed);
  /// Closes sockets whose token has run out; runs each second while there are sockets.
  void sweep_expired();
  [[nodiscard]] Connection* find(const SessionId& session);

  NodeRole& node_;
  net::ChannelHost host_;
  AckQueue acks_;
  std::unordered_map<UserKey, Devices> users_;
  std::unordered_map<std::string_view, Connection*> sessions_;  // keys point into the connections
  Millis next_expiry_ = 0;                                      ///< no token here runs out before
  bool sweeping_ = false;
};

}  // namespace godwit::node
