#pragma once
#include <algorithm>
#include <bitset>
#include <string_view>
#include <vector>

#include "app/config/config.hpp"
#include "service/role_name.hpp"

namespace godwit::app {

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
  /// In the order of their names' list.
  [[nodiscard]] std::vector<RoleName> list() const {
    std::vector<RoleName> roles;
    for (std::size_t i = 0; i < bits_.size(); ++i)
      if (bits_.test(i)) roles.push_back(static_cast<RoleName>(i));
    return roles;
  }
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
