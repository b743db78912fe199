#include "user/accounts/login_throttle.hpp"

#include "user/accounts/networks.hpp"

namespace godwit::user {
namespace {
// How long one failure of an account is remembered: slowly, so that whoever goes on trying meets growing waits.
constexpr Millis kForgetOneEvery = Millis{10} * 60 * 1000;

std::string joined(char kind, std::string_view first, std::string_view second = {}) {
  std::string name{kind, '/'};
  name += first;
  if (!second.empty()) name.append("/").append(second);
  return name;
}
}  // namespace

CountRule LoginThrottle::tight() const {
  return {.burst = settings_.per_account_minute < 1 ? 1 : settings_.per_account_minute,
          .leak_every = kForgetOneEvery,
          .first_wait = static_cast<Millis>(60'000 / settings_.per_account_minute)};
}

Task<Result<LoginThrottle::Attempt>> LoginThrottle::from_network(std::string_view account, std::string_view address) {
  const auto network = network_of(address);
  return begin({{joined('u', account), CountRule::per_minute(settings_.per_account_minute_anywhere)},
                {joined('n', account, network), tight()},
                {joined('a', network), CountRule::per_minute(settings_.per_address_minute)}});
}

Task<Result<LoginThrottle::Attempt>> LoginThrottle::from_known_device(std::string_view account,
                                                                      std::string_view device) {
  return begin({{joined('d', account, device), tight()}});
}

Task<Result<LoginThrottle::Attempt>> LoginThrottle::from_session(std::string_view session) {
  return begin({{joined('s', session), tight()}});
}

Task<Result<LoginThrottle::Attempt>> LoginThrottle::begin(std::vector<CountedName> names) {
  Attempt attempt{.names = std::move(names), .id = {}};
  if (!settings_.enabled) co_return attempt;
  attempt.id = random_.id(20);
  if (auto counted = co_await counts_.count(attempt.names, attempt.id); !counted) {
    counted.error().detail = "too many failed logins";
    co_return std::unexpected(std::move(counted).error());
  }
  co_return attempt;
}

Task<void> LoginThrottle::take_back(const Attempt& attempt) {
  if (!attempt.id.empty()) (void)co_await counts_.take_back(attempt.names, attempt.id);
}

}  // namespace godwit::user
