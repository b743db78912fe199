#pragma once
#include <compare>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/task.hpp"
#include "domain/ids.hpp"

/// What changed, for whoever keeps a copy of it: caches, and the sockets of sessions.
namespace godwit::changes {

enum class Kind : char {
  session_ended = 's',  ///< `session`: its token is dead for ever, its socket closes with 4502
  pair = 'p',           ///< `user`, `other`: friendship or a block between the two
  group = 'g',          ///< `group`: what it is, who is in it and as what; or it was dissolved
  card = 'c',           ///< `user`: name, avatar
};

/// One change. Hearing of it again, later, or in another order than others does no harm.
struct Change {
  Kind kind = Kind::card;
  UserKey user{}, other{};
  GroupKey group{};
  SessionId session{};

  friend bool operator==(const Change&, const Change&) = default;
};

[[nodiscard]] inline Change session_ended(SessionId session) {
  return {.kind = Kind::session_ended, .session = std::move(session)};
}
[[nodiscard]] inline Change pair(UserKey a, UserKey b) {
  return {.kind = Kind::pair, .user = std::move(a), .other = std::move(b)};
}
[[nodiscard]] inline Change group(GroupKey key) { return {.kind = Kind::group, .group = std::move(key)}; }
[[nodiscard]] inline Change card(UserKey user) { return {.kind = Kind::card, .user = std::move(user)}; }

/// A place in the log. Later places are greater; a log that lost what it had goes on with a greater `epoch`.
struct Position {
  std::uint64_t epoch = 0, number = 0;
  friend auto operator<=>(const Position&, const Position&) = default;
};

/// `as_of` of a log in this process: publishing is handing over, so nothing can be missing.
inline constexpr Millis kAlways = std::numeric_limits<Millis>::max();

/// Hears what is published. Called by one thread at a time, in the order of positions, on whichever thread the log has;
/// must neither block nor publish.
class Follower {
 public:
  virtual ~Follower() = default;

  /// `behind`: the place of the last of them. What was handed over may come again.
  virtual void changed(std::span<const Change> changes, Position behind) = 0;
  /// Some changes will never come (the log does not go back so far, or is another one): forget every copy.
  virtual void lost() {}
  /// Of a ChangeFeed: the log is heard again, after a silence in which no copy was trusted. What was changed meanwhile
  /// may wait elsewhere and be told later: forget every copy. What its owner answers from now on knows of it.
  virtual void resumed() {}
  /// Everything that was published before `as_of` (by this process's clock) was handed over, up to `position`.
  /// At least each 500 ms while the log can be reached.
  virtual void heard(Position position, Millis as_of) { (void)position, (void)as_of; }
};

/// The port that carries changes to every process that keeps copies. Thread-safe.
///   - at least once to each follower, in one order for all of them; a hole is told (`lost`).
///   - embedded: followers have heard of the changes when `publish` comes back, so what was changed holds with the very
///     next call. Elsewhere within a second, while the log can be reached.
class ChangeLog {
 public:
  virtual ~ChangeLog() = default;

  /// Whether followers may live on when the process that publishes ends: then what it owes them is written down with
  /// the change, so that somebody tells them after a crash. false: they end with it.
  [[nodiscard]] virtual bool outlives_publisher() const noexcept = 0;
  /// Answers the place of the last of `changes`. unavailable: they may or may not be published; do it again.
  virtual Task<Result<Position>> publish(std::vector<Change> changes) = 0;
  /// From now on, beginning with `heard` where the log can be reached. The follower stays until `unfollow`.
  virtual void follow(Follower& follower) = 0;
  /// It hears nothing any more when this comes back.
  virtual void unfollow(Follower& follower) = 0;
};

}  // namespace godwit::changes
