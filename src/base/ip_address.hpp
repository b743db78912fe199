#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace godwit {

/// An IPv4 or IPv6 address, as a value. IPv4 that comes mapped into IPv6 (::ffff:192.0.2.1) is IPv4.
class IpAddress {
 public:
  IpAddress() = default;  ///< ::
  /// 16 bytes in network order; IPv4 mapped.
  explicit IpAddress(const std::array<std::uint8_t, 16>& bytes) : bytes_(bytes) {}
  static IpAddress v4(const std::array<std::uint8_t, 4>& bytes);

  /// Of its numeric form without brackets, port or zone; nothing for all else, names too.
  [[nodiscard]] static std::optional<IpAddress> parse(std::string_view text);

  [[nodiscard]] bool is_v4() const noexcept;
  [[nodiscard]] std::string str() const;
  /// The first `bits` of 128 (IPv4's own begin at 96), zeros after them.
  [[nodiscard]] IpAddress prefix(unsigned bits) const noexcept;

  /// Who a limit by address is about: an IPv4 address itself, of IPv6 the /64 that one line or host has.
  [[nodiscard]] IpAddress network() const noexcept { return is_v4() ? *this : prefix(64); }
  /// The /48 that a provider gives to one site; itself for IPv4.
  [[nodiscard]] IpAddress site() const noexcept { return is_v4() ? *this : prefix(48); }

  [[nodiscard]] const std::array<std::uint8_t, 16>& bytes() const noexcept { return bytes_; }
  friend bool operator==(const IpAddress&, const IpAddress&) = default;

  struct Hash {
    std::size_t operator()(const IpAddress& address) const noexcept {
      return std::hash<std::string_view>{}(
          {reinterpret_cast<const char*>(address.bytes_.data()), address.bytes_.size()});
    }
  };

 private:
  std::array<std::uint8_t, 16> bytes_{};
};

/// "10.0.0.0/8", "2001:db8::/32", or one address.
class IpNetwork {
 public:
  [[nodiscard]] static std::optional<IpNetwork> parse(std::string_view text);
  [[nodiscard]] bool contains(const IpAddress& address) const noexcept {
    return address.is_v4() == base_.is_v4() && address.prefix(bits_) == base_;
  }

 private:
  IpAddress base_{};
  unsigned bits_ = 128;
};

}  // namespace godwit
