#pragma once
#include <functional>

#include "base/task.hpp"
#include "service/change_feed.hpp"

namespace godwit::rpc {

/// Comes back when this process has heard of the change at that place, too; false: it has not after half a second. Then
/// the log is slow or away, and what is kept here is not believed for long (ChangeFeed::kTrusted). A process that was
/// never reached by the log has nothing to wait for. On an executor; elsewhere it looks once.
Task<bool> heard_of(const changes::ChangeFeed& feed, changes::Position place);

/// How far a process knows the change log, told with clients' calls and their answers: who asks through one gateway
/// meets everywhere what an earlier answer had changed, as if all were one process. Thread-safe.
class Heard {
 public:
  using Published = std::function<changes::Position()>;
  /// `published`: the place of the last change that this process itself told; the feed may hear of it later. All
  /// outlives this.
  explicit Heard(const changes::ChangeFeed& feed, Published published = {})
      : feed_(feed), published_(std::move(published)) {}

  /// What others are to hear of before they go on.
  [[nodiscard]] changes::Position so_far() const;
  /// As the function.
  Task<bool> wait_for(changes::Position place) const;

 private:
  const changes::ChangeFeed& feed_;
  const Published published_;
};

}  // namespace godwit::rpc
