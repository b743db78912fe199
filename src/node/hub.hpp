#pragma once
#include <functional>
#include <limits>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "node/ack_queue.hpp"
#include "node/socket.hpp"
#include "service/changes.hpp"
#include "service/node.hpp"

namespace godwit::node {

class NodeRole;

/// The sockets of one executor, by user and by session. On that executor only, but for `executor()`.
class Hub {
 public:
  /// Lets a socket that stands in the tables begin to talk; what it says at once may end it again.
  using Begin = std::move_only_function<void()>;

  Hub(NodeRole& node, Executor& executor);
  ~Hub();

  [[nodiscard]] Executor& executor() noexcept { return executor_; }
  [[nodiscard]] NodeRole& node() noexcept { return node_; }
  [[nodiscard]] AckQueue& acks() noexcept { return acks_; }

  void push(const std::vector<Push>& batch);
  struct Entry {
    std::uint64_t number = 0;    ///< of the socket
    bool first = false;          ///< the user was not here before
    changes::Position as_of{};  ///< of the proof whose it is
  };
  /// Takes the socket and lets it `begin`: 201, presence, and away with an older socket of the session. Then looks
  /// whether the session ended since it was proven.
  void accept(std::unique_ptr<Socket> fresh, const Entry& entry, Begin begin);
  /// Closes the session's socket if it is older than `before`.
  void close_session(const SessionId& session, Close code,
                     std::uint64_t before = std::numeric_limits<std::uint64_t>::max());
  /// Has the user role prove every session here again, one after the other.
  void prove_all();
  /// 4001 to every socket.
  void drain();
  /// Closing has begun: the device counts as gone for its friends, however long its socket lingers. Once a socket.
  void leave(Socket& socket);
  /// The socket is gone: forgets it and destroys it.
  void forget(Socket& socket, std::uint16_t code);

 private:
  using Devices = std::vector<Socket*>;  // nearly always one

  void push_to(const UserKey& user, const Push& push);
  /// Closes the socket if its session has ended. Until the user role can say so, or the socket is gone.
  Task<void> prove_again(SessionId session, std::uint64_t number);
  Task<void> prove_those_here();
  Task<void> tell_presence(UserKey user, SessionId newcomer, bool changed);
  /// Closes sockets whose token has run out; runs each second while there are sockets.
  void sweep_expired();
  [[nodiscard]] Socket* find(const SessionId& session);

  NodeRole& node_;
  Executor& executor_;
  AckQueue acks_;
  std::unordered_map<UserKey, Devices> users_;
  std::unordered_map<std::string_view, Socket*> sessions_;  // keys point into the sockets
  Millis next_expiry_ = 0;                                      ///< no token here runs out before
  bool sweeping_ = false;
  bool proving_ = false, prove_once_more_ = false;
};

}  // namespace godwit::node
