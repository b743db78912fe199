#pragma once
#include <algorithm>
#include <array>
#include <bitset>
#include <cstdint>
#include <string_view>
#include <vector>

#include "app/config/config.hpp"

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

/// The setting `roles`.
[[nodiscard]] inline RoleSet roles_of(const Config& config) {
  RoleSet roles;
  for (const auto& name : config.roles) {
    if (name == "all") return RoleSet::all();
    const auto place = std::ranges::find(kRoleNames, name);
    if (place != kRoleNames.end()) roles.add(static_cast<RoleName>(place - kRoleNames.begin()));
  }
  return roles;
}

}  // namespace godwit::app
