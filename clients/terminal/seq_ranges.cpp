#include "clients/terminal/seq_ranges.hpp"

#include <algorithm>
#include <iterator>

namespace godwit::chat {

void SeqRanges::add(Seq from, Seq to) {
  if (from > to) return;
  auto at = spans_.upper_bound(from);
  if (at != spans_.begin() && std::prev(at)->second + 1 >= from) --at;
  while (at != spans_.end() && at->first <= to + 1) {
    from = std::min(from, at->first);
    to = std::max(to, at->second);
    at = spans_.erase(at);
  }
  spans_.emplace(from, to);
}

void SeqRanges::drop_below(Seq seq) {
  while (!spans_.empty() && spans_.begin()->first < seq) {
    const Seq end = spans_.begin()->second;
    spans_.erase(spans_.begin());
    if (end >= seq) spans_.emplace(seq, end);
  }
}

bool SeqRanges::contains(Seq seq) const { return end_of(seq) >= seq; }

Seq SeqRanges::end_of(Seq seq) const {
  const auto at = spans_.upper_bound(seq);
  if (at == spans_.begin() || std::prev(at)->second < seq) return seq - 1;
  return std::prev(at)->second;
}

Seq SeqRanges::next_above(Seq seq) const {
  if (contains(seq + 1)) return seq + 1;
  const auto at = spans_.upper_bound(seq + 1);
  return at == spans_.end() ? 0 : at->first;
}

}  // namespace godwit::chat
