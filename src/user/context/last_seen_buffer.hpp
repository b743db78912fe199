#pragma once
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/clock.hpp"

namespace godwit::user {

/// When sessions (or service keys) were last seen, until it is written down: a note costs a map's entry, not a write.
/// At `capacity` notes of others are dropped: lastSeenAt is a courtesy. Thread-safe.
template <class Id>
class LastSeenBuffer {
 public:
  explicit LastSeenBuffer(std::size_t capacity = 200'000) : capacity_(capacity) {}

  void note(const Id& who, Millis at) {
    std::lock_guard lock(mutex_);
    if (const auto found = seen_.find(who); found != seen_.end())
      found->second = at;
    else if (seen_.size() < capacity_)
      seen_.emplace(who, at);
  }
  /// `otherwise` where nothing newer was noted.
  [[nodiscard]] Millis last(const Id& who, Millis otherwise) const {
    std::lock_guard lock(mutex_);
    const auto found = seen_.find(who);
    return found == seen_.end() || found->second < otherwise ? otherwise : found->second;
  }
  /// Up to `most` notes, for writing down; they are forgotten here.
  [[nodiscard]] std::vector<std::pair<Id, Millis>> take(std::size_t most) {
    std::lock_guard lock(mutex_);
    std::vector<std::pair<Id, Millis>> taken;
    while (!seen_.empty() && taken.size() < most) {
      taken.emplace_back(*seen_.begin());
      seen_.erase(seen_.begin());
    }
    return taken;
  }

 private:
  std::size_t capacity_;
  mutable std::mutex mutex_;
  std::unordered_map<Id, Millis> seen_;
};

}  // namespace godwit::user
