#pragma once
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "user/store/service_key_store.hpp"
#include "user/store/store.hpp"

namespace godwit::user {

/// What a service key may be for. Only `push` has calls today.
inline constexpr std::array<std::string_view, 6> kScopes{"push", "users", "groups", "messages", "import", "business"};

struct NewServiceKey {
  std::string name;                         ///< msgSender of what it pushes, 1–64 characters
  std::vector<std::string> scopes{"push"};  ///< of kScopes, at least one
  Millis lives_ms = 0;                      ///< 0: for ever
};
/// 422 naming name, scopes or expiresIn.
[[nodiscard]] Result<void> check(const NewServiceKey& wanted);

struct MadeServiceKey {
  std::string text;  ///< shown once; see shown_once.hpp
  ServiceKey stored;
};

}  // namespace godwit::user
