#pragma once
#include <condition_variable>
#include <mutex>

#include "base/clock.hpp"
#include "engine/redis/client.hpp"
#include "engine/redis/log_script.hpp"
#include "service/changes.hpp"

namespace godwit::redis {

struct ChangeLogSettings {
  std::size_t kept = 65'536;             ///< changes; who is further behind is told that some are lost
  std::chrono::milliseconds every{100};  ///< between two looks at the log
};

/// changes::ChangeLog in a stream of Redis, for all processes with the same prefix. Each process reads it from its own
/// last place while anybody follows, and hands over on the client's thread. A log that started anew, or whose primary
/// changed, is told as `lost`: what was published last may not have got there. While Redis is away nothing is heard.
/// The client outlives it. Construct, follow and destroy it on any thread but the client's.
class RedisChangeLog final : public changes::ChangeLog {
 public:
  static constexpr std::size_t kPage = 1000;  ///< changes that are read or published at a time

  RedisChangeLog(Client& client, const Clock& clock, ChangeLogSettings settings = {});
  ~RedisChangeLog() override;

  [[nodiscard]] bool outlives_publisher() const noexcept override { return true; }
  Task<Result<changes::Position>> publish(std::vector<changes::Change> changes) override;
  /// The first to follow waits for the place where the log is now, one time-out at most. Where that could not be had,
  /// the first that it hears is `lost`.
  void follow(changes::Follower& follower) override;
  void unfollow(changes::Follower& follower) override;

 private:
  Task<Result<Reply>> read(changes::Position after);
  static Task<void> poll(RedisChangeLog& self);
  Task<bool> read_on();
  bool hand_over(changes::Position after, const LogPage& page, Millis asked);
  [[nodiscard]] bool go_on();

  Client& client_;
  const Clock& clock_;
  const ChangeLogSettings settings_;
  const Script publish_, read_;
  const std::vector<std::string> keys_;
  std::atomic<std::uint64_t> epoch_{0};  ///< the greatest that was seen

  std::mutex starting_;  ///< one follows at a time
  std::mutex mutex_;     ///< all below
  std::condition_variable ended_;
  std::vector<changes::Follower*> followers_;
  changes::Position position_;
  std::optional<Millis> as_of_;  ///< nothing: the log was not reached
  bool polling_ = false, stopping_ = false;
};

}  // namespace godwit::redis
