#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "base/clock.hpp"

namespace godwit {

using Seq = std::uint64_t;  ///< counts from 1 in each conversation

/// What a conversation's sequence is read by. Both ends included; `to` 0 = open.
struct ReadRange {
  Seq from = 1;
  Seq to = 0;
  [[nodiscard]] bool contains(Seq seq) const noexcept { return seq >= from && (to == 0 || seq <= to); }
};

/// The spans of a conversation that one user may read: one a stay (a direct conversation has one, open). A value that
/// is computed from ReadingRights when somebody reads.
class ReadRanges {
 public:
  ReadRanges() = default;
  /// Ascending, disjoint; only the last may be open.
  explicit ReadRanges(std::vector<ReadRange> ranges) : ranges_(std::move(ranges)) {}
  [[nodiscard]] bool contains(Seq seq) const noexcept {
    for (const auto& range : ranges_)
      if (range.contains(seq)) return true;
    return false;
  }
  [[nodiscard]] bool empty() const noexcept { return ranges_.empty(); }
  [[nodiscard]] Seq last_readable(Seq head) const noexcept;  ///< the greatest seq ≤ head in a range; 0: none
  [[nodiscard]] Seq first_readable() const noexcept { return ranges_.empty() ? 0 : ranges_.front().from; }
  [[nodiscard]] const std::vector<ReadRange>& spans() const noexcept { return ranges_; }

 private:
  std::vector<ReadRange> ranges_;
};

/// One joining or leaving, by the message that says so.
struct StayEvent {
  /// 2 · seq, + 1 for a leave: so of two with one seq the join comes first.
  std::uint64_t place = 0;
  Millis time = 0;  ///< of a leave: the message's; 0: not known

  [[nodiscard]] static StayEvent join(Seq seq) noexcept { return {.place = 2 * seq, .time = 0}; }
  [[nodiscard]] static StayEvent leave(Seq seq, Millis time) noexcept { return {.place = 2 * seq + 1, .time = time}; }
  [[nodiscard]] Seq seq() const noexcept { return place / 2; }
  [[nodiscard]] bool leaves() const noexcept { return place % 2 != 0; }
};

/// What one user may read of one conversation: the set of their joins and leaves. A set, so adding is idempotent and
/// commutative: in whatever order and however often the messages come, the rights are the same in the end. Read
/// ascending, a join opens a span where none is open, and a leave closes the open one and belongs to it; a leave
/// without an open span says nothing (yet).
class ReadingRights {
 public:
  ReadingRights() = default;
  /// The rights of which only the outcome is known. `left_at`: the time of the last range's end.
  ReadingRights(const ReadRanges& ranges, Millis left_at);

  /// Of two with the same place the later time stays.
  void add(StayEvent event);

  [[nodiscard]] ReadRanges ranges() const;
  /// The time of the leave that closed the last span; 0: it is open, or there is none.
  [[nodiscard]] Millis left_at() const noexcept;
  [[nodiscard]] bool open() const noexcept;                                 ///< the last span is
  [[nodiscard]] std::span<const StayEvent> events() const noexcept { return events_; }  ///< ascending by place

 private:
  std::vector<StayEvent> events_;
};

}  // namespace godwit
