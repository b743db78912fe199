#pragma once
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "clients/terminal/frame.hpp"
#include "clients/terminal/seq_ranges.hpp"

namespace godwit::chat {

/// A stretch of a conversation that did not arrive: both ends included.
struct Hole {
  Seq from = 0, to = 0;
  friend bool operator==(const Hole&, const Hole&) = default;
};

/// What this client knows of one conversation: each id once, ordered by seq, whatever order frames came in. Pure.
/// `arrived` is the place up to which nothing is missing: it is what may be acknowledged and what may be handed on in
/// order.
class Timeline {
 public:
  /// Above this many the oldest go, but what `take_ready` did not hand on yet only at twice as many.
  static constexpr std::size_t kMost = 4000;

  enum class Added { fresh, known };
  /// A frame from anywhere. A known one changes nothing but a recall: once recalled, always recalled, and its text is
  /// dropped.
  Added add(Frame frame);
  /// Where arrival is counted from, unless that is settled: everything up to `seq` is no concern of this device.
  void start_at(Seq seq);
  /// Something up to `seq` must be there (the inbox could not give all of it).
  void expect(Seq seq) { expected_ = std::max(expected_, seq); }
  /// History was asked about these places: what is not there now does not exist for this reader. Both ends included.
  void judged(Seq from, Seq to) { known_.add(from, to); }
  /// The message with that id lost its text.
  void recall(const std::string& id);

  [[nodiscard]] bool started() const noexcept { return base_.has_value(); }
  [[nodiscard]] Seq arrived() const;
  [[nodiscard]] std::optional<Hole> hole() const;
  /// Frames that arrived in order and were not taken yet.
  [[nodiscard]] std::vector<Frame> take_ready();

  [[nodiscard]] const std::map<Seq, Frame>& frames() const noexcept { return frames_; }
  [[nodiscard]] const Frame* find(const std::string& id) const;
  [[nodiscard]] const Frame* last_of(
      const std::string& sender) const;  ///< their last chat message that is not recalled
  [[nodiscard]] Seq highest() const noexcept { return frames_.empty() ? 0 : frames_.rbegin()->first; }
  /// Whether nothing is missing between the two.
  [[nodiscard]] bool joined(Seq from, Seq to) const { return known_.end_of(from) >= to; }
  /// Where reading back goes on: everything from here to the newest is known; 1: the beginning is reached, 0: nothing
  /// is known.
  [[nodiscard]] Seq oldest_joined() const { return known_.last_start(); }

 private:
  void trim();
  std::map<Seq, Frame> frames_;
  std::unordered_map<std::string, Seq> by_id_;
  std::deque<std::string> recalled_;  // ids recalled before they arrived; bounded
  SeqRanges known_;
  std::optional<Seq> base_;
  Seq expected_ = 0, taken_ = 0;
};

}  // namespace godwit::chat
