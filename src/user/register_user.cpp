#include "user/accounts.hpp"
#include "user/passwords.hpp"

namespace godwit::user {

Task<Result<User>> register_user(Context& context, NewAccount fresh) {
  const auto taken = [&](Tables& tables) -> Result<bool> {
    TRY(const auto account, tables.accounts.find(fresh.key));
    return account.has_value();
  };
  CO_TRY(const bool already, co_await context.store.read(taken));
  if (already) co_return fail(Code::key_taken);  // asked first, so that a taken key costs no hash
  CO_TRY(auto hash, co_await hash_password(context, std::move(fresh.password)));
  Account account{.user = {.key = fresh.key,
                           .name = fresh.name.empty() ? fresh.key.str() : std::move(fresh.name),
                           .bio = {},
                           .avatar = {},
                           .created_at = context.clock.now()},
                  .password_hash = std::move(hash)};
  CO_TRY(const bool added, co_await context.store.write([&](Tables& tables) { return tables.accounts.add(account); }));
  if (!added) co_return fail(Code::key_taken);
  co_return std::move(account.user);
}

}  // namespace godwit::user
