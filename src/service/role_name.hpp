#pragma once
#include <array>
#include <cstdint>
#include <string_view>

namespace godwit {

/// The six roles, as settings, peers and operators call them.
enum class RoleName : std::uint8_t { gateway, user, dispatch, node, archive, offline };
inline constexpr std::array<std::string_view, 6> kRoleNames{"gateway", "user",    "dispatch",
                                                            "node",    "archive", "offline"};
[[nodiscard]] constexpr std::string_view name_of(RoleName role) {
  return kRoleNames.at(static_cast<std::size_t>(role));
}

}  // namespace godwit
