#include "user/administration/audit.hpp"

#include "user/store/account_store.hpp"
#include "user/store/audit_store.hpp"

namespace godwit::user {
namespace {
constexpr std::size_t kTarget = 256, kDetail = 512;

/// Cut to `most` bytes, between characters.
std::string cut(std::string text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0U) == 0x80U) --most;
  text.resize(most);
  return text;
}
}  // namespace

Result<void> Actor::check(Tables& tables) const {
  if (key_.empty()) return {};
  TRY(const auto account, tables.accounts.find(key_));
  if (!account || !account->user.admin || account->user.disabled) return fail(Code::forbidden, "this is for admins");
  return {};
}

Result<void> record(Tables& tables, const Actor& actor, Deed deed, Millis now) {
  CHECK_OK(actor.check(tables));
  return tables.audit.add({.time = now,
                           .admin = actor.name(),
                           .action = std::move(deed.action),
                           .target = cut(std::move(deed.target), kTarget),
                           .detail = cut(std::move(deed.detail), kDetail)},
                          kAuditKept);
}

}  // namespace godwit::user
