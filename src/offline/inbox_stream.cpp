#include "offline/inbox_stream.hpp"

#include <algorithm>

namespace godwit::offline {

Seq InboxStream::next_readable() const {
  for (const auto& stay : row_.ranges.spans()) {
    const auto seq = std::max(stay.from, after_ + 1);
    if (seq <= row_.head.seq && stay.contains(seq)) return seq;
  }
  return 0;
}

Seq InboxStream::end_of_stay(Seq seq) const {
  for (const auto& stay : row_.ranges.spans()) {
    if (stay.contains(seq)) return stay.to == 0 ? row_.head.seq : std::min(stay.to, row_.head.seq);
  }
  return seq;
}

Span InboxStream::wanted(std::size_t limit) const {
  const auto first = next_readable();
  return {.conversation = row_.conversation,
          .after = first - 1,
          .before = end_of_stay(first) + 1,
          .since = since_,
          .limit = limit};
}

void InboxStream::take(Slice slice) {
  lost_ = lost_ || slice.older;
  items_ = std::move(slice.items);
  next_ = 0;
  if (!slice.more)
    after_ = end_of_stay(next_readable());
  else if (!items_.empty())
    after_ = items_.back()->seq;  // else the answer was full before it came to this span
  more_ = next_readable() != 0;
}

}  // namespace godwit::offline
