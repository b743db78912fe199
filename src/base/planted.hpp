#pragma once
#include <array>
#include <cstdint>
#include <string_view>

/// Bugs that the simulator plants, to see that it finds them (docs/proof.md). In the product `planted` is false when it
/// is compiled: nothing of it is left. Only the target `simulate` defines GODWIT_PLANTED, and compiles the sources that
/// ask for it once more (tests/simulate/CMakeLists.txt). Every source that sees a question must be one of those: ask in
/// .cpp files, or in headers that few include.
namespace godwit {

enum class Bug : std::uint8_t {
  answer_before_commit,
  push_before_registered,
  gap_not_told,
  sequencer_unfenced,
  seq_reused_at_takeover,
  dedupe_forgotten_at_takeover,
  acknowledge_before_write,
  rights_by_arrival,
  recall_lost_to_late_write,
  audience_older_than_wait,
  trimmed_too_early,
  applied_ahead_of_hole,
  cache_not_told,
  revoked_while_opening,
  presence_after_death,
  relayed_before_sent,
  cursor_of_another_device,
  clock_reuses_time,
  unknown_taken_for_failed,
  half_filled_trusted,
  position_kept_ahead,
  none,
};

inline constexpr std::array<const char*, static_cast<std::size_t>(Bug::none)> kBugNames = {
    "answer_before_commit",  "push_before_registered",       "gap_not_told",             "sequencer_unfenced",
    "seq_reused_at_takeover", "dedupe_forgotten_at_takeover", "acknowledge_before_write", "rights_by_arrival",
    "recall_lost_to_late_write", "audience_older_than_wait", "trimmed_too_early",        "applied_ahead_of_hole",
    "cache_not_told",        "revoked_while_opening",        "presence_after_death",     "relayed_before_sent",
    "cursor_of_another_device", "clock_reuses_time",         "unknown_taken_for_failed", "half_filled_trusted",
    "position_kept_ahead",
};

#ifdef GODWIT_PLANTED
inline Bug the_planted_bug = Bug::none;
[[nodiscard]] inline bool planted(Bug bug) noexcept { return the_planted_bug == bug; }
/// false: there is no bug of that name.
inline bool plant(std::string_view name) {
  for (std::size_t i = 0; i < kBugNames.size(); ++i)
    if (name == kBugNames[i]) return the_planted_bug = static_cast<Bug>(i), true;
  return false;
}
#else
[[nodiscard]] constexpr bool planted(Bug) noexcept { return false; }
#endif

}  // namespace godwit
