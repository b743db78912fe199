#pragma once
#include <atomic>
#include <deque>
#include <limits>
#include <mutex>
#include <unordered_map>

#include "service/change_feed.hpp"

namespace godwit::changes {

/// Which sessions ended lately. A token proves its session as of a place in the change log; whoever goes by the proof
/// later looks here for what came after. Thread-safe. Bounded: of the oldest it forgets that they ended, and says so.
class EndedSessions final : private Follower {
 public:
  static constexpr std::size_t kMost = 16'384;
  enum class Verdict : char {
    lives,
    ended,
    unknown,  ///< the proof is older than what is remembered here: prove it again
  };

  explicit EndedSessions(ChangeFeed& feed, std::size_t most = kMost) : feed_(feed), most_(most) {
    feed_.add(*this);
    std::lock_guard lock(mutex_);
    known_from_ = feed_.reached() ? feed_.position() : kNowhere;
  }
  EndedSessions(const EndedSessions&) = delete;
  EndedSessions& operator=(const EndedSessions&) = delete;
  ~EndedSessions() override { feed_.remove(*this); }

  /// What became of a session that was proven as of `as_of`.
  [[nodiscard]] Verdict since(const SessionId& session, Position as_of) const {
    std::lock_guard lock(mutex_);
    if (ended_.contains(session)) return Verdict::ended;  // for ever: an id never comes back
    return as_of < known_from_ ? Verdict::unknown : Verdict::lives;
  }
  /// Another one after each moment at which a proof may have become wrong; one atomic load.
  [[nodiscard]] std::uint64_t version() const noexcept { return version_.load(std::memory_order_acquire); }

 private:
  void changed(std::span<const Change> changes, Position behind) override {
    bool any = false;
    for (const auto& change : changes) {
      if (change.kind != Kind::session_ended) continue;
      any = true;
      remember(change.session, behind);
    }
    if (any) version_.fetch_add(1, std::memory_order_release);
  }
  void lost() override {
    {
      std::lock_guard lock(mutex_);
      known_from_ = kNowhere;
    }
    version_.fetch_add(1, std::memory_order_release);
  }
  void resumed() override { version_.fetch_add(1, std::memory_order_release); }
  void heard(Position position, Millis) override {
    std::lock_guard lock(mutex_);
    if (known_from_ == kNowhere) known_from_ = position;
  }
  void remember(const SessionId& session, Position at) {
    std::lock_guard lock(mutex_);
    if (!ended_.emplace(session, at).second) return;
    order_.push_back(session);
    if (order_.size() <= most_) return;
    const auto oldest = ended_.find(order_.front());
    known_from_ = std::max(known_from_, oldest->second);
    ended_.erase(oldest);
    order_.pop_front();
  }

  static constexpr Position kNowhere{.epoch = std::numeric_limits<std::uint64_t>::max(),
                                     .number = std::numeric_limits<std::uint64_t>::max()};
  ChangeFeed& feed_;
  const std::size_t most_;
  mutable std::mutex mutex_;
  std::unordered_map<SessionId, Position> ended_;
  std::deque<SessionId> order_;
  Position known_from_;  ///< whatever ended after it is remembered
  std::atomic<std::uint64_t> version_{0};
};

}  // namespace godwit::changes
