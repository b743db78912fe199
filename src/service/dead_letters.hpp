#pragma once
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "service/bus.hpp"

namespace godwit::dispatch {

/// A record that one topic's consumer put aside, because its handler refuses it or nobody can read it.
struct DeadLetter {
  /// Names a letter: the topic, and the record's place on it, as the bus counts. Letters are ordered by it.
  struct Place {
    Topic topic = Topic::store;
    std::uint64_t offset = 0;
    auto operator<=>(const Place&) const = default;
  };
  Place place;
  Millis time = 0;     ///< when it was put aside; `add` sets it
  std::string reason;  ///< in words: what the handler said, or what does not check. No text of a message
  std::string record;  ///< as it stood on the bus (wire/record.hpp); maybe damaged; empty: nothing of it was there
};

/// The port that keeps what a consumer could not take, so that it stops nothing that follows. Bounded: `kMost` letters
/// or `kMostBytes` of them, in all topics; the oldest are kept, and what comes to a full place is logged and counted,
/// not kept. Any thread.
class DeadLetters {
 public:
  static constexpr std::size_t kMost = 10'000;
  static constexpr std::size_t kMostBytes = 64U << 20U;
  virtual ~DeadLetters() = default;

  /// Durable when it comes back, or counted where the place is full. A letter whose place is taken already changes
  /// nothing: a consumer that starts again adds the same ones. unavailable: not kept and not counted.
  virtual Task<Result<void>> add(DeadLetter letter) = 0;
  /// The letters after `after` (from the first on where it is not given), at most `limit`. unavailable.
  virtual Task<Result<std::vector<DeadLetter>>> list(std::optional<DeadLetter::Place> after, std::size_t limit) = 0;
  /// Hands the record to its topic's handler once more, late and alone; the letter goes when the handler takes it. Its
  /// error where it does not; bad_parameter: the record cannot be read; not_found; unavailable: no consumer runs.
  virtual Task<Result<void>> replay(DeadLetter::Place place) = 0;
  /// Deletes the letter; the topic never sees the message. not_found, unavailable.
  virtual Task<Result<void>> drop(DeadLetter::Place place) = 0;
  /// How many are kept.
  [[nodiscard]] virtual std::size_t size() const = 0;
};

}  // namespace godwit::dispatch
