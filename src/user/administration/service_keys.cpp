#include "user/administration/service_keys.hpp"

#include <algorithm>

#include "domain/names.hpp"
#include "user/accounts/shown_once.hpp"

namespace godwit::user {
namespace {
std::string all_scopes() {
  std::string list;
  for (const auto scope : kScopes) list += (list.empty() ? "" : ", ") + std::string(scope);
  return list;
}
}  // namespace

Result<void> check(const NewServiceKey& wanted) {
  CHECK_OK(clean_name(kName, wanted.name));
  const bool known = std::ranges::all_of(
      wanted.scopes, [](const auto& scope) { return std::ranges::find(kScopes, scope) != kScopes.end(); });
  if (!known || wanted.scopes.empty()) return invalid_field("scopes", "must name at least one of " + all_scopes());
  if (wanted.lives_ms < 0 || wanted.lives_ms > kLongestLife)
    return invalid_field("expiresIn", "must be between 1 second and 10 years");
  return {};
}

}  // namespace godwit::user
