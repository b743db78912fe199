#pragma once
#include <functional>

#include "base/task.hpp"
#include "service/change_feed.hpp"

namespace godwit::rpc {

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
  /// Comes back when this process has heard of it, too; after half a second where it does not: then the log is slow or
  /// away, and what is kept here is not believed for long (ChangeFeed::kTrusted). On an executor.
  Task<void> wait_for(changes::Position place) const;

 private:
  const changes::ChangeFeed& feed_;
  const Published published_;
};

}  // namespace godwit::rpc
