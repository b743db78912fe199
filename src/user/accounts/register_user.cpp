#include "base/ip_address.hpp"
#include "domain/text.hpp"
#include "user/accounts/accounts.hpp"
#include "user/accounts/passwords.hpp"
#include "user/accounts/registration_policy.hpp"
#include "user/accounts/shown_once.hpp"
#include "user/store/account_store.hpp"
#include "user/store/counts.hpp"
#include "user/store/invite_store.hpp"
#include "user/store/service_key_store.hpp"

namespace godwit::user {
namespace {
Result<void> check_untaken(Tables& tables, const UserKey& key) {
  CHECK_OK(check_free(tables, key));
  TRY(const auto account, tables.accounts.find(key));
  if (account) return fail(Code::key_taken);
  return {};
}

/// One door that `registration` leaves open: for everybody, for whoever has an invite, for nobody.
class Door {
 public:
  Door(const Context& context, std::string_view invite)
      : mode_(context.registration.mode()),
        now_(context.clock.now()),
        invite_(read_shown_once(kInvitePrefix, invite)) {}

  /// registration_closed.
  [[nodiscard]] Result<void> check(Tables& tables) const {
    if (mode_ == Registration::open) return {};
    if (mode_ == Registration::closed) return fail(Code::registration_closed, "this server takes no new accounts");
    if (!invite_) return fail(Code::registration_closed, "an invite is needed");
    TRY(const auto known, tables.invites.find(invite_->id));
    if (!known || !matches(*invite_, known->hash) || !is_good(*known, now_))
      return fail(Code::registration_closed, "this invite is unknown, expired or used up");
    return {};
  }
  /// The same, and spends one use of the invite.
  [[nodiscard]] Result<void> pass(Tables& tables) const {
    CHECK_OK(check(tables));
    if (mode_ != Registration::invite) return {};
    TRY(const bool left, tables.invites.use(invite_->id));
    if (!left) return fail(Code::registration_closed, "this invite is used up");  // by somebody else just now
    return {};
  }

 private:
  Registration mode_;
  Millis now_;
  std::optional<SecretParts> invite_;
};
}  // namespace

Result<void> check_free(Tables& tables, const UserKey& key) {
  if (is_own_key(key)) return fail(Code::key_taken, "the server speaks as this key");
  TRY(const auto services, tables.service_keys.named(key.str()));
  if (!services.empty()) return fail(Code::key_taken, "a business system speaks as this key");
  return {};
}

Task<Result<void>> count_registration(Context& context, std::string_view address) {
  const auto& limits = context.settings.registrations;
  if (!limits.enabled) co_return Result<void>{};
  const auto parsed = IpAddress::parse(address).value_or(IpAddress());  // what is no address has one count for all
  std::vector<CountedName> names{{"r/" + parsed.network().str(), CountRule::per_minute(limits.per_address_minute)}};
  if (!parsed.is_v4())
    names.push_back({"r48/" + parsed.site().str(), CountRule::per_minute(4 * limits.per_address_minute)});
  co_return co_await context.counts.count(std::move(names), context.random.id(20));
}

Task<Result<User>> register_user(Context& context, NewAccount fresh) {
  const Door door(context, fresh.invite);
  CO_CHECK(co_await context.store.read([&](Tables& tables) -> Result<void> {  // first, so that a refusal costs no hash
    CHECK_OK(door.check(tables));
    if (context.registration.reserves(fresh.key)) return fail(Code::key_taken, "this key is reserved");
    return check_untaken(tables, fresh.key);
  }));
  CO_TRY(auto hash, co_await hash_password(context, std::move(fresh.password)));
  Account account{.user = {.key = fresh.key,
                           .name = fresh.name.empty() ? fresh.key.str() : std::move(fresh.name),
                           .bio = {},
                           .avatar = {},
                           .created_at = context.clock.now()},
                  .password_hash = std::move(hash)};
  CO_CHECK(co_await context.store.write([&](Tables& tables) -> Result<void> {
    CHECK_OK(hold(tables, {fresh.key}));
    CHECK_OK(door.pass(tables));
    CHECK_OK(check_free(tables, fresh.key));
    TRY(const bool added, tables.accounts.add(account));
    if (!added) return fail(Code::key_taken);
    return {};
  }));
  co_return std::move(account.user);
}

}  // namespace godwit::user
