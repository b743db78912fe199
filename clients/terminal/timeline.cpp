#include "clients/terminal/timeline.hpp"

#include <algorithm>

namespace godwit::chat {
namespace {
constexpr std::size_t kRecallsRemembered = 256;

void blank(Frame& frame) {
  frame.recalled = true;
  frame.text.clear();
}
}  // namespace

Timeline::Added Timeline::add(Frame frame) {
  if (const auto known = by_id_.find(frame.id); known != by_id_.end()) {
    if (frame.recalled) blank(frames_.at(known->second));
    return Added::known;
  }
  const Seq seq = frame.seq;
  if (seq == 0 || frames_.contains(seq)) return Added::known;
  if (frame.recalled || std::ranges::find(recalled_, frame.id) != recalled_.end()) blank(frame);
  if (frame.type == Type::recalled) recall(frame.target);
  by_id_.emplace(frame.id, seq);
  known_.add(seq, seq);
  frames_.emplace(seq, std::move(frame));
  trim();
  return Added::fresh;
}

void Timeline::start_at(Seq seq) {
  if (base_) return;
  base_ = seq;
  taken_ = seq;
}

void Timeline::recall(const std::string& id) {
  if (const auto known = by_id_.find(id); known != by_id_.end()) {
    blank(frames_.at(known->second));
    return;
  }
  recalled_.push_back(id);
  if (recalled_.size() > kRecallsRemembered) recalled_.pop_front();
}

Seq Timeline::arrived() const { return base_ ? known_.end_of(*base_ + 1) : 0; }

std::optional<Hole> Timeline::hole() const {
  if (!base_) return std::nullopt;
  const Seq there = arrived();
  if (there >= std::max(expected_, highest())) return std::nullopt;
  const Seq next = known_.next_above(there);
  return Hole{.from = there + 1, .to = next == 0 ? expected_ : next - 1};
}

std::vector<Frame> Timeline::take_ready() {
  std::vector<Frame> ready;
  if (!base_) return ready;
  const Seq there = arrived();
  for (auto at = frames_.upper_bound(taken_); at != frames_.end() && at->first <= there; ++at)
    ready.push_back(at->second);
  taken_ = std::max(taken_, there);
  return ready;
}

const Frame* Timeline::find(const std::string& id) const {
  const auto known = by_id_.find(id);
  return known == by_id_.end() ? nullptr : &frames_.at(known->second);
}

const Frame* Timeline::last_of(const std::string& sender) const {
  for (auto at = frames_.rbegin(); at != frames_.rend(); ++at) {
    const Frame& frame = at->second;
    if (is_chat(frame.type) && frame.sender == sender && !frame.recalled) return &frame;
  }
  return nullptr;
}

void Timeline::trim() {
  if (frames_.size() <= kMost) return;
  // What was not handed on yet stays, up to twice the bound: then a hole that will not fill costs what lies before it.
  const Seq keep_from = base_ && frames_.size() <= 2 * kMost ? taken_ + 1 : highest();
  for (std::size_t i = 0; i < kMost / 4 && frames_.begin()->first < keep_from; ++i) {
    by_id_.erase(frames_.begin()->second.id);
    frames_.erase(frames_.begin());
  }
  const Seq oldest = frames_.begin()->first;
  if (base_ && *base_ + 1 < oldest) {
    base_ = oldest - 1;
    taken_ = std::max(taken_, *base_);
  }
  known_.drop_below(oldest);
}

}  // namespace godwit::chat
