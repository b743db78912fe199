#pragma once
#include <algorithm>
#include <iterator>
#include <map>

#include "domain/shard.hpp"

namespace godwit {

/// A set of positions as ranges that neither overlap nor touch.
class PositionRanges {
 public:
  void add(Position first, Position last) {
    auto next = ranges_.upper_bound(first);
    if (next != ranges_.begin() && std::prev(next)->second + 1 >= first) --next;
    while (next != ranges_.end() && next->first <= last + 1) {
      first = std::min(first, next->first);
      last = std::max(last, next->second);
      next = ranges_.erase(next);
    }
    ranges_.emplace(first, last);
  }
  /// The end of the range that begins at 1; 0: there is none.
  [[nodiscard]] Position contiguous() const {
    return ranges_.empty() || ranges_.begin()->first != 1 ? 0 : ranges_.begin()->second;
  }
  /// Whether `add` would leave more ranges than there are.
  [[nodiscard]] bool apart(Position first, Position last) const {
    const auto next = ranges_.upper_bound(first);
    if (next != ranges_.begin() && std::prev(next)->second + 1 >= first) return false;
    return next == ranges_.end() || next->first > last + 1;
  }
  [[nodiscard]] std::size_t size() const noexcept { return ranges_.size(); }

 private:
  std::map<Position, Position> ranges_;  // first → last
};

}  // namespace godwit
