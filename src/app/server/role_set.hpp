#pragma once
#include <array>
#include <bitset>
#include <cstdint>
#include <string_view>

namespace godwit::app {

enum class RoleName : std::uint8_t { gateway, user, dispatch, node, archive, offline };

/// As settings, operators and peers call them.
inline constexpr std::array<std::string_view, 6> kRoleNames{"gateway", "user",    "dispatch",
                                                            "node",    "archive", "offline"};
[[nodiscard]] constexpr std::string_view name_of(RoleName role) {
  return kRoleNames.at(static_cast<std::size_t>(role));
}

/// Which roles a process runs.
class RoleSet {
 public:
  [[nodiscard]] static RoleSet all() {
    RoleSet roles;
    roles.bits_.set();
    return roles;
  }
  void add(RoleName role) { bits_.set(static_cast<std::size_t>(role)); }
  [[nodiscard]] bool has(RoleName role) const { return bits_.test(static_cast<std::size_t>(role)); }
  [[nodiscard]] bool is_all() const { return bits_.all(); }

 private:
  std::bitset<kRoleNames.size()> bits_;
};

}  // namespace godwit::app
