#include "user/login_throttle.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <iterator>

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

std::string network_of(std::string_view address) {
  const std::string text(address);
  in6_addr six{};
  if (inet_pton(AF_INET6, text.c_str(), &six) != 1) return text;
  std::array<char, INET6_ADDRSTRLEN> out{};
  if (IN6_IS_ADDR_V4MAPPED(&six)) return inet_ntop(AF_INET, &six.s6_addr[12], out.data(), out.size());
  std::fill(std::begin(six.s6_addr) + 8, std::end(six.s6_addr), 0);
  return std::string(inet_ntop(AF_INET6, &six, out.data(), out.size())) + "/64";
}

CountRule LoginThrottle::tight() const {
  return {.burst = settings_.per_account_minute < 1 ? 1 : settings_.per_account_minute,
          .leak_every = kForgetOneEvery,
          .first_wait = static_cast<Millis>(60'000 / settings_.per_account_minute)};
}

Result<LoginThrottle::Attempt> LoginThrottle::from_network(std::string_view account, std::string_view address) {
  const auto network = network_of(address);
  return attempt({{joined('u', account), CountRule::per_minute(settings_.per_account_minute_anywhere)},
                  {joined('n', account, network), tight()},
                  {joined('a', network), CountRule::per_minute(settings_.per_address_minute)}});
}

Result<LoginThrottle::Attempt> LoginThrottle::from_known_device(std::string_view account, std::string_view device) {
  return attempt({{joined('d', account, device), tight()}});
}

Result<LoginThrottle::Attempt> LoginThrottle::from_session(std::string_view session) {
  return attempt({{joined('s', session), tight()}});
}

Result<LoginThrottle::Attempt> LoginThrottle::attempt(std::vector<LeakyCounts::Named> names) {
  if (!settings_.enabled) return Attempt(nullptr, std::move(names));
  if (auto held = counts_.hold(names); !held) {
    held.error().detail = "too many failed logins";
    return std::unexpected(std::move(held).error());
  }
  return Attempt(&counts_, std::move(names));
}

}  // namespace godwit::user
