#include "user/notices/change_rates.hpp"

#include <vector>

namespace godwit::user {
namespace {
constexpr CountRule kSameTarget{.burst = 10, .leak_every = Millis{5} * 60 * 1000};
}  // namespace

double ChangeRates::rate_of(Rated kind) const {
  switch (kind) {
    case Rated::profile: return settings_.profile_minute;
    case Rated::group: return settings_.group_minute;
    case Rated::request: return settings_.request_minute;
    case Rated::member: return settings_.member_minute;
  }
  return settings_.member_minute;
}

Result<void> ChangeRates::take(Rated kind, const UserKey& who, std::string_view target) {
  if (!settings_.enabled) return {};
  const auto name = std::string(1, static_cast<char>(kind)) + "/" + who.str();
  std::vector<CountedName> names{{name, CountRule::per_minute(rate_of(kind))}};
  if (!target.empty()) names.push_back({name + "/" + std::string(target), kSameTarget});
  if (auto counted = counts_.count(names); !counted) {
    counted.error().detail = "too many changes that others are told about";
    return counted;
  }
  return {};
}

}  // namespace godwit::user
