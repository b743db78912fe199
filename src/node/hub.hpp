#pragma once
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "node/ack_queue.hpp"
#include "node/presence.hpp"
#include "node/socket.hpp"
#include "service/changes.hpp"
#include "service/link.hpp"

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

  void push(const std::vector<link::Push>& batch);
  /// 305 to every socket, in pieces, so that the clients do not pull all at once; one round a second, whoever asks.
  void tell_missed();
  struct Entry {
    std::uint64_t number = 0;   ///< of the socket
    changes::Position as_of{};  ///< of the proof whose it is
  };
  /// Takes the socket and lets it `begin`. Then: registers it with dispatchers and registry; away with older sockets of
  /// the session; looks whether the session ended since it was proven; 201; who of its friends is online.
  void accept(std::unique_ptr<Socket> fresh, const Entry& entry, Begin begin);
  /// Closes the session's socket if it is older than `before`.
  void close_session(const SessionId& session, Close code,
                     std::uint64_t before = std::numeric_limits<std::uint64_t>::max());
  /// The session was registered with this epoch at another node: its socket here closes if it is older.
  void taken(const SessionId& session, registry::Epoch epoch);
  /// Has the user role prove every session here again, one after the other.
  void prove_all();
  /// Registers every socket once more, after the node joined the registry.
  Task<void> register_all();
  /// 304s, of every change up to `up_to`.
  void tell(const std::vector<PresenceNews>& news, registry::Position up_to);
  /// Nobody knows what changed: tells every socket how each of its friends stands.
  Task<void> tell_all_friends();
  /// 4001 to every socket.
  void drain();
  /// Closing has begun: the socket counts as gone, however long it lingers. Once a socket.
  void leave(Socket& socket);
  /// The socket is gone: forgets it and destroys it.
  void forget(Socket& socket, std::uint16_t code);

 private:
  using Devices = std::vector<Socket*>;  // nearly always one
  struct Numbered {
    SessionId session;
    std::uint64_t number = 0;
  };
  /// A socket that is told how its friends stand. Of changes it hears those that came after that, and of whoever it
  /// was told nothing of, since its client may have read meanwhile that they are online, all.
  struct Newcomer {
    std::optional<registry::Position> as_of{};
    std::unordered_set<UserKey> told{};  ///< of whom
    std::vector<PresenceNews> heard{};   ///< meanwhile
  };

  // hub.cpp
  void push_to(std::span<const UserKey> users, const link::Push& push);
  void push_to(const UserKey& user, const Devices& devices, const link::Push& push);
  Task<void> tell_what_is_missed();
  Task<void> connect(Identity who, Entry entry, bool full);
  void close_older(const UserKey& user, const SessionId& session, std::uint64_t before);
  /// Closes the socket if its session has ended. Until the user role can say so, or the socket is gone.
  Task<void> prove_again(SessionId session, std::uint64_t number);
  Task<void> prove_those_here();
  /// Closes sockets whose token has run out; runs each second while there are sockets.
  void sweep_expired();
  [[nodiscard]] Socket* find(const SessionId& session);
  [[nodiscard]] Socket* find(const Numbered& socket);  ///< nullptr, too, where closing has begun
  [[nodiscard]] std::vector<Numbered> all() const;

  // hub_presence.cpp
  /// `epochs`: of these sockets, or none.
  void entered(const std::vector<Numbered>& numbered, const std::vector<registry::Epoch>& epochs);
  void registered(Socket& socket, registry::Epoch epoch);
  /// A registration whose socket has gone meanwhile: a newer socket of the session goes on with it, here or on one of
  /// so many `others`, lest its leaving takes that one's registration, which may be the earlier, along.
  void pass_on(const SessionId& session, registry::Epoch epoch, std::size_t others);
  Task<void> tell_friends(Numbered numbered, bool anew);
  void tell(Socket& socket, const PresenceNews& news);

  NodeRole& node_;
  Executor& executor_;
  AckQueue acks_;
  std::unordered_map<UserKey, Devices> users_;
  std::unordered_map<std::string_view, Socket*> sessions_;  // keys point into the sockets; the newest of each session
  std::unordered_map<std::uint64_t, Newcomer> newcomers_;   // by the socket's number
  registry::Position told_;                                 // changes up to here have been told
  Millis next_expiry_ = 0;                                  ///< no token here runs out before
  bool sweeping_ = false;
  bool proving_ = false, prove_once_more_ = false;
  bool missed_ = false, telling_missed_ = false;
};

}  // namespace godwit::node
