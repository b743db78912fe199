#pragma once
#include <compare>
#include <span>
#include <string_view>
#include <vector>

#include "offline/cursor_store.hpp"
#include "offline/timeline.hpp"

namespace godwit::offline {

/// Where an entry stands in an inbox: oldest first.
struct Place {
  Millis time = 0;
  std::string_view conversation;
  Seq seq = 0;
  friend auto operator<=>(const Place&, const Place&) = default;
};

/// What waits for a device in one conversation, read piece by piece in the order of seq. One stay of the reader is one
/// span, so that what was written between two stays is never read.
class InboxStream {
 public:
  /// Entries above `after` that `row`'s user may read and that are not older than `since`.
  InboxStream(Row row, Seq after, Millis since)
      : row_(std::move(row)), after_(after), since_(since), more_(next_readable() != 0) {}

  [[nodiscard]] bool empty() const noexcept { return next_ == items_.size(); }
  [[nodiscard]] bool needs_more() const noexcept { return empty() && more_; }
  [[nodiscard]] bool lost() const noexcept { return lost_; }  ///< something readable is older than `since`
  [[nodiscard]] const Message& front() const noexcept { return *items_[next_]; }
  [[nodiscard]] Place place() const noexcept { return {front().time, row_.conversation.name(), front().seq}; }
  void pop() { ++next_; }

  /// The next piece to read, and what to do with it.
  [[nodiscard]] Span wanted(std::size_t limit) const;
  void take(Slice slice);

 private:
  [[nodiscard]] Seq next_readable() const;       ///< the first readable seq above `after_`; 0: none
  [[nodiscard]] Seq end_of_stay(Seq seq) const;  ///< the last readable seq of the stay that `seq` lies in

  Row row_;
  Seq after_;  // what was read
  Millis since_;
  std::vector<MessagePtr> items_;
  std::size_t next_ = 0;
  bool more_;
  bool lost_ = false;
};

}  // namespace godwit::offline
