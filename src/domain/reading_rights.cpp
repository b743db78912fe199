#include "domain/reading_rights.hpp"

#include <algorithm>

#include "base/planted.hpp"

namespace godwit {
namespace {

/// Calls opened(join) and closed(leave) for each span's ends, ascending.
template <class Opened, class Closed>
void fold(std::span<const StayEvent> events, Opened opened, Closed closed) {
  bool open = false;
  for (const auto& event : events) {
    if (event.leaves() == open) event.leaves() ? closed(event) : opened(event), open = !open;
  }
}

}  // namespace

Seq ReadRanges::last_readable(Seq head) const noexcept {
  for (auto range = ranges_.rbegin(); range != ranges_.rend(); ++range) {
    if (range->from > head) continue;
    return range->to == 0 ? head : std::min(head, range->to);
  }
  return 0;
}

ReadingRights::ReadingRights(const ReadRanges& ranges, Millis left_at) {
  for (const auto& range : ranges.spans()) {
    add(StayEvent::join(range.from));
    if (range.to != 0) add(StayEvent::leave(range.to, &range == &ranges.spans().back() ? left_at : 0));
  }
}

void ReadingRights::add(StayEvent event) {
  if (planted(Bug::rights_by_arrival)) return events_.push_back(event);
  const auto at = std::ranges::lower_bound(events_, event.place, {}, &StayEvent::place);
  if (at == events_.end() || at->place != event.place)
    events_.insert(at, event);
  else
    at->time = std::max(at->time, event.time);
}

ReadRanges ReadingRights::ranges() const {
  std::vector<ReadRange> spans;
  fold(
      events_, [&](const StayEvent& join) { spans.push_back({.from = join.seq(), .to = 0}); },
      [&](const StayEvent& leave) { spans.back().to = leave.seq(); });
  return ReadRanges(std::move(spans));
}

Millis ReadingRights::left_at() const noexcept {
  Millis time = 0;
  fold(
      events_, [&](const StayEvent&) { time = 0; }, [&](const StayEvent& leave) { time = leave.time; });
  return time;
}

bool ReadingRights::open() const noexcept {
  bool open = false;
  fold(
      events_, [&](const StayEvent&) { open = true; }, [&](const StayEvent&) { open = false; });
  return open;
}

}  // namespace godwit
