#include "base/ip_address.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace godwit {
namespace {

constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

}  // namespace

IpAddress IpAddress::v4(const std::array<std::uint8_t, 4>& bytes) {
  IpAddress address;
  std::ranges::copy(kMapped, address.bytes_.begin());
  std::ranges::copy(bytes, address.bytes_.begin() + kMapped.size());
  return address;
}

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  std::array<char, INET6_ADDRSTRLEN> copy{};
  if (text.size() >= copy.size() || text.contains('\0')) return std::nullopt;
  text.copy(copy.data(), text.size());
  if (std::array<std::uint8_t, 4> four; ::inet_pton(AF_INET, copy.data(), four.data()) == 1) return v4(four);
  IpAddress address;
  if (::inet_pton(AF_INET6, copy.data(), address.bytes_.data()) != 1) return std::nullopt;
  return address;
}

bool IpAddress::is_v4() const noexcept { return std::equal(kMapped.begin(), kMapped.end(), bytes_.begin()); }

std::string IpAddress::str() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (is_v4()) {
    ::inet_ntop(AF_INET, bytes_.data() + kMapped.size(), text.data(), text.size());
  } else {
    ::inet_ntop(AF_INET6, bytes_.data(), text.data(), text.size());
  }
  return text.data();
}

IpAddress IpAddress::prefix(unsigned bits) const noexcept {
  IpAddress out;
  const std::size_t whole = std::min(bits / 8, 16U);
  std::copy_n(bytes_.begin(), whole, out.bytes_.begin());
  if (whole < 16 && bits % 8 != 0) {
    out.bytes_[whole] = static_cast<std::uint8_t>(bytes_[whole] & (0xFF00U >> (bits % 8)));
  }
  return out;
}

std::optional<IpNetwork> IpNetwork::parse(std::string_view text) {
  const auto slash = text.find('/');
  const auto base = IpAddress::parse(text.substr(0, slash));
  if (!base) return std::nullopt;
  const unsigned most = base->is_v4() ? 32 : 128;
  unsigned bits = most;
  if (slash != std::string_view::npos) {
    const auto digits = text.substr(slash + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
    if (error != std::errc{} || end != digits.data() + digits.size() || bits > most) return std::nullopt;
  }
  IpNetwork network;
  network.bits_ = bits + 128 - most;
  network.base_ = base->prefix(network.bits_);
  return network;
}

}  // namespace godwit
