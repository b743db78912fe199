#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "domain/ids.hpp"
#include "net/websocket/shared_frame.hpp"

/// Between each dispatcher and each node stands one link: pushes go down, who is connected goes up. So a dispatcher
/// knows in memory whom a push can reach, and asks nobody.
///   1. The link opens: the node says who is here (`Snapshot`); the dispatcher tells whether something may have been
///      missed meanwhile (`Missed`).
///   2. Each change of who is here follows (`Here`, `Gone`). A client is told that it is connected (201) when every
///      link has acknowledged its registration, or was cut: what is committed afterwards is pushed to it, what was
///      committed before it pulls.
///   3. The link is cut: a gap, which the next link between the two tells (`Missed`). Then the node has its clients
///      pull (305).
namespace godwit::link {

/// One frame and whom it is for: every connected device of `user`, or of each of `users`; they all share the frame.
/// Of `skip_user` only the devices other than `skip_device` get it; none at all where `skip_device` is empty.
struct Push {
  UserKey user{};
  std::shared_ptr<const std::vector<UserKey>> users{};  ///< instead of `user`, where it is set
  net::SharedFrame frame{};
  UserKey skip_user{};
  DeviceId skip_device{};
};
/// Shared, so that what goes to several nodes, or loops, is made once; nobody changes it.
using PushBatch = std::shared_ptr<const std::vector<Push>>;

// Down.

struct Pushed {
  std::uint64_t number = 0;  ///< never falls: all of this dispatcher's commits up to it have been pushed
  PushBatch batch;           ///< reaches every socket in the order of the batches. Nobody connected: dropped
};
/// Whoever was told up to this number (`Here`) is pushed to from now on.
struct Registered {
  std::uint64_t up_to = 0;
};
/// Something may have been committed that was pushed to nobody here: clients are to pull.
struct Missed {};
using Down = std::variant<Pushed, Registered, Missed>;

// Up.

struct Snapshot {
  std::vector<UserKey> users;  ///< who is connected here, each once
  std::uint64_t pushed = 0;    ///< number of the last `Pushed` from this dispatcher, on whichever link; 0: none
};
/// The user is connected here, who was not before.
struct Here {
  std::uint64_t number = 0;  ///< grows with each; what `Registered` acknowledges
  UserKey user;
};
/// The user is not connected here any more.
struct Gone {
  UserKey user;
};
using Up = std::variant<Snapshot, Here, Gone>;

/// One link, from its opening until it is cut; the next one between the two is another object. Each direction keeps the
/// order of sending; what was sent comes once, or, where the link is cut first, not at all: never with a hole. Bounded:
/// a link whose other end does not keep up is cut. Nothing here waits. Each end sends from one thread at a time.
class Link {
 public:
  virtual ~Link() = default;
  /// Whom it binds: the node's name, and the dispatcher's, which is new with each start.
  [[nodiscard]] virtual const std::string& node() const noexcept = 0;
  [[nodiscard]] virtual const std::string& dispatcher() const noexcept = 0;

  /// In one process: heard before this comes back, on the caller's thread. Nothing once cut.
  virtual void send(Down message) = 0;
  virtual void send(Up message) = 0;
  /// Nothing is heard afterwards but, once, `ended` at both ends.
  virtual void cut() = 0;
};
using LinkPtr = std::shared_ptr<Link>;

/// The node's end. Any thread, `heard` by one at a time for a link; `ended` never from within `send`.
class NodeEnd {
 public:
  virtual ~NodeEnd() = default;
  /// A dispatcher's link is open: answers with a snapshot, before it comes back.
  virtual void opened(LinkPtr link) = 0;
  virtual void heard(Link& link, Down message) = 0;
  virtual void ended(Link& link) = 0;
};

/// The dispatcher's end; it learns of a link by its snapshot.
class DispatcherEnd {
 public:
  virtual ~DispatcherEnd() = default;
  virtual void heard(const LinkPtr& link, Up message) = 0;
  virtual void ended(Link& link) = 0;
};

}  // namespace godwit::link
