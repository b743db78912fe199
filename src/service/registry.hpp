#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/task.hpp"
#include "domain/ids.hpp"
#include "service/changes.hpp"

/// Who is connected, and where: what all nodes of a house together know.
namespace godwit::registry {

/// Orders the registrations of a session: the later one has the greater epoch. Also orders the lives of a node.
using Epoch = std::uint64_t;
using changes::Position;

/// A node that takes sockets, from its joining until its lease runs out. Another `epoch` is another life of it.
struct Node {
  std::string name;
  Epoch epoch = 0;
  friend bool operator==(const Node&, const Node&) = default;
};

/// A live node, as of its last renewal.
struct Live {
  Node node;
  std::uint32_t sockets = 0;
  bool draining = false;  ///< takes no more
  friend bool operator==(const Live&, const Live&) = default;
};

/// A socket that a node holds. `epoch`: of an earlier registration that this one goes on with; 0: a new socket.
struct Socket {
  UserKey user;
  SessionId session;
  DeviceId device;
  Epoch epoch = 0;
  friend bool operator==(const Socket&, const Socket&) = default;
};

/// How a user stands, as followers were told: `online` stays true for a while after the last socket went, so that who
/// comes back at once is not told to have been away.
struct Standing {
  std::uint32_t sockets = 0;
  bool online = false;
  friend bool operator==(const Standing&, const Standing&) = default;
};
struct Standings {
  std::vector<Standing> users;  ///< as they were asked for
  Position as_of;               ///< every change up to this place is in them, none after it
};

enum class Kind : char {
  came = 'c',   ///< `user` is online
  went = 'w',   ///< `user` is online no more
  taken = 't',  ///< `session` was registered by `holder` with `epoch`: older sockets of it, elsewhere, go (4505)
};
struct Change {
  Kind kind = Kind::came;
  std::uint64_t number = 0;  ///< its place: Position{of the answer's epoch, number}
  UserKey user{};
  SessionId session{};
  Epoch epoch = 0;
  std::string holder{};
  friend bool operator==(const Change&, const Change&) = default;
};
struct Changes {
  std::vector<Change> changes;  ///< ascending
  Position up_to;               ///< where to go on
  bool lost = false;            ///< there were others that nobody knows any more: ask how everybody stands
};

/// The port of who is where. Registrations live under their node's lease: a node that dies is forgotten with all it
/// held. Time is the registry's own. One order for all: what one call has changed the next one sees. Every verb may be
/// `unavailable`; then it was done or not, and may be done again. Thread-safe.
class Registry {
 public:
  static constexpr std::size_t kPage = 1000;  ///< changes at a time
  virtual ~Registry() = default;

  /// The node lives, from now for one lease, and holds nothing: what an earlier life of this name held is gone.
  virtual Task<Result<Node>> join(std::string name) = 0;
  /// From now for another lease. not_found: this life is over (its lease ran out, or the name joined again): join, and
  /// register everything once more.
  virtual Task<Result<void>> renew(Node node, std::uint32_t sockets, bool draining) = 0;
  /// Registers sockets, all or none of them. Of two registrations of a session the later holds, wherever it is; the
  /// other's node hears of it (Kind::taken). Answers the epoch of each; 0: one that was to go on is outdated, its
  /// session was registered later elsewhere. not_found: as of `renew`.
  virtual Task<Result<std::vector<Epoch>>> enter(Node node, std::vector<Socket> sockets) = 0;
  /// The registration is over; nothing where the session was registered later.
  virtual Task<Result<void>> leave(SessionId session, Epoch epoch) = 0;

  /// Nodes that live, by name.
  virtual Task<Result<std::vector<Live>>> nodes() = 0;
  virtual Task<Result<Standings>> standings(std::vector<UserKey> users) = 0;
  /// What changed after this place, at most kPage of it; may be empty, comes back at once.
  virtual Task<Result<Changes>> changes_after(Position after) = 0;

  /// Where a client had best connect: of the live nodes that take sockets the one with the fewest. not_found: none is.
  Task<Result<std::string>> pick() {
    CO_TRY(const auto live, co_await nodes());
    const Live* best = nullptr;
    for (const auto& one : live)
      if (!one.draining && (best == nullptr || one.sockets < best->sockets)) best = &one;
    if (best == nullptr) co_return fail(Code::not_found, "no node takes sockets");
    co_return best->node.name;
  }
};

}  // namespace godwit::registry
