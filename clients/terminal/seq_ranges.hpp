#pragma once
#include <map>

#include "domain/message.hpp"

namespace godwit::chat {

/// A set of sequence numbers, kept as disjoint spans: which places of a conversation are accounted for, by a frame or
/// by history saying that nothing stands there.
class SeqRanges {
 public:
  /// Both ends included; nothing where from > to.
  void add(Seq from, Seq to);
  /// Forgets everything below `seq`.
  void drop_below(Seq seq);

  [[nodiscard]] bool contains(Seq seq) const;
  /// The end of the span that contains `seq`; seq - 1 where none does.
  [[nodiscard]] Seq end_of(Seq seq) const;
  /// The start of the last span; 0 where there is none.
  [[nodiscard]] Seq last_start() const { return spans_.empty() ? 0 : spans_.rbegin()->first; }
  [[nodiscard]] Seq last() const { return spans_.empty() ? 0 : spans_.rbegin()->second; }
  /// The first number above `seq` that is in the set; 0 where there is none.
  [[nodiscard]] Seq next_above(Seq seq) const;
  [[nodiscard]] std::size_t spans() const noexcept { return spans_.size(); }

 private:
  std::map<Seq, Seq> spans_;  // start → end, never touching
};

}  // namespace godwit::chat
