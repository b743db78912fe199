#include "user/service_keys.hpp"

#include <algorithm>

#include "domain/names.hpp"
#include "user/sessions.hpp"
#include "user/shown_once.hpp"

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
  const bool known =
      std::ranges::all_of(wanted.scopes, [](const auto& scope) { return std::ranges::find(kScopes, scope) != kScopes.end(); });
  if (!known || wanted.scopes.empty()) return invalid_field("scopes", "must name at least one of " + all_scopes());
  if (wanted.lives_ms < 0 || wanted.lives_ms > kLongestLife)
    return invalid_field("expiresIn", "must be between 1 second and 10 years");
  return {};
}

Task<Result<ServiceIdentity>> authenticate_service(Context& context, std::string_view key) {
  const auto parts = read_shown_once(kServiceKeyPrefix, key);
  if (!parts) co_return fail(Code::unauthenticated);
  CO_TRY(auto stored, co_await context.store.read([&](Tables& tables) { return tables.service_keys.find(parts->id); }));
  if (!stored || !matches(*parts, stored->hash)) co_return fail(Code::unauthenticated);
  const auto now = context.clock.now();
  if (stored->expires_at != 0 && stored->expires_at <= now) co_return fail(Code::unauthenticated, "the key has expired");
  context.keys_used.note(stored->id, now);
  co_return ServiceIdentity{.name = std::move(stored->name), .scopes = std::move(stored->scopes)};
}

}  // namespace godwit::user
