#pragma once
#include <string>
#include <string_view>

#include "base/leaky_counts.hpp"
#include "domain/ids.hpp"

namespace godwit::user {

/// What one account does that others are told about in kept frames.
enum class Rated : char {
  profile = 'p',  ///< tells every friend
  group = 'g',    ///< making one, and its name, notice, picture, policy: tells every member
  request = 'r',  ///< to a person or a group; joining an open one tells every member
  member = 'm',   ///< role, mute, removal: tells every member
};

/// Bounds how fast one account fills the inboxes of others: so many changes of a kind a minute, and of those to the
/// same target (a group, a person, a member) ten at once and one every five minutes. Thread-safe.
class ChangeRates {
 public:
  struct Settings {
    bool enabled = true;
    double profile_minute = 5, group_minute = 10, request_minute = 20, member_minute = 30;
    std::size_t capacity = 100'000;
  };
  ChangeRates(const Settings& settings, const Clock& clock) : settings_(settings), counts_(settings.capacity, clock) {}

  /// rate_limited, with the seconds to wait; nothing counts then. `target`: empty where the kind has none.
  [[nodiscard]] Result<void> take(Rated kind, const UserKey& who, std::string_view target = {});

 private:
  [[nodiscard]] double rate_of(Rated kind) const;

  const Settings settings_;
  LeakyCounts counts_;
};

}  // namespace godwit::user
