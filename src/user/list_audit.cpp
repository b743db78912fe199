#include "user/administration.hpp"

namespace godwit::user {

Admin administer(Context& context, Actor actor) {
  return Admin({.store = context.store, .hasher = context.hasher, .clock = context.clock, .random = context.random},
               &context.publisher, std::move(actor));
}

Task<Result<std::vector<AuditEntry>>> list_audit(Context& context, std::int64_t before, std::size_t limit) {
  co_return co_await context.store.read([&](Tables& tables) { return tables.audit.list(before, limit); });
}

}  // namespace godwit::user
