#pragma once
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "service/role_name.hpp"

namespace godwit::rpc {

/// Where processes are, "host:port" each: immutable, shared.
using Addresses = std::shared_ptr<const std::vector<std::string>>;

/// The port that says who serves a role. Thread-safe.
class Peers {
 public:
  virtual ~Peers() = default;
  /// Those that are known now; asked for every call, so from memory. Never nullptr; empty: nobody. One that is gone may
  /// still be in it.
  [[nodiscard]] virtual Addresses serving(RoleName role) const = 0;
};

/// A list that never changes.
class StaticPeers final : public Peers {
 public:
  explicit StaticPeers(std::map<RoleName, std::vector<std::string>> lists) {
    for (auto& [role, list] : lists) lists_[role] = std::make_shared<const std::vector<std::string>>(std::move(list));
  }
  [[nodiscard]] Addresses serving(RoleName role) const override {
    const auto found = lists_.find(role);
    return found == lists_.end() ? std::make_shared<const std::vector<std::string>>() : found->second;
  }

 private:
  std::map<RoleName, Addresses> lists_;
};

}  // namespace godwit::rpc
