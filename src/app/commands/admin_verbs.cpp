#include "app/commands/admin_verbs.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <filesystem>

#include "app/commands/printable.hpp"

namespace godwit::app {
namespace {

constexpr std::int64_t kInviteLives = 7 * 86'400;

std::string day(Millis time) { return fmt::format("{:%Y-%m-%d}", fmt::gmtime(static_cast<std::time_t>(time / 1000))); }
std::string minute(Millis time) {
  return fmt::format("{:%Y-%m-%d %H:%M} UTC", fmt::gmtime(static_cast<std::time_t>(time / 1000)));
}
std::string day_or(Millis time, std::string_view otherwise) { return time == 0 ? std::string(otherwise) : day(time); }

std::string until(std::int64_t seconds) {
  return seconds == 0 ? "until it is revoked" : "until " + minute(SystemClock().now() + seconds * 1000);
}

/// `done` where something changed, else that it was so already.
void tell(bool changed, std::string_view done, std::string_view already) {
  fmt::print("{}\n", changed ? std::string(done) : std::string(already) + "; nothing changed.");
}

}  // namespace

Result<void> list_users(const AdminFlags& flags, Administration& administration) {
  std::string cursor;
  do {
    TRY(auto page, administration.users(flags.query, cursor));
    for (const auto& line : page.items) {
      fmt::print("{:<32}  {}  {:<5}  {:<8}  {}\n", line.key, day(line.created_at), line.admin ? "admin" : "",
                 line.disabled ? "disabled" : "", printable(line.name));
    }
    cursor = std::move(page.next);
  } while (!cursor.empty());
  return {};
}

Result<void> add_user(const AdminFlags& flags, Administration& administration) {
  TRY(const auto password, administration.add_user(flags.user, flags.display_name));
  fmt::print("Made the account {}. Its password is shown this once.\n{}\n", printable(flags.user), password);
  return {};
}

Result<void> reset_password(const AdminFlags& flags, Administration& administration) {
  TRY(const auto password, administration.reset_password(flags.user));
  fmt::print("{} has a new password, and its sessions have ended. It is shown this once.\n{}\n", printable(flags.user),
             password);
  return {};
}

Result<void> disable(const AdminFlags& flags, Administration& administration) {
  TRY(const bool changed, administration.set_disabled(flags.user, true));
  const auto who = printable(flags.user);
  tell(changed, who + " is disabled: its sessions have ended, and it cannot log in.", who + " was disabled already");
  return {};
}
Result<void> enable(const AdminFlags& flags, Administration& administration) {
  TRY(const bool changed, administration.set_disabled(flags.user, false));
  const auto who = printable(flags.user);
  tell(changed, who + " may log in again.", who + " was not disabled");
  return {};
}
Result<void> grant_admin(const AdminFlags& flags, Administration& administration) {
  TRY(const bool changed, administration.set_admin(flags.user, true));
  const auto who = printable(flags.user);
  tell(changed, who + " is an admin now: the admin page is open to it.", who + " was an admin already");
  return {};
}
Result<void> revoke_admin(const AdminFlags& flags, Administration& administration) {
  TRY(const bool changed, administration.set_admin(flags.user, false));
  const auto who = printable(flags.user);
  tell(changed, who + " is no admin any more.", who + " was no admin");
  return {};
}

Result<void> make_key(const AdminFlags& flags, Administration& administration) {
  const auto seconds = flags.expires.value_or(0);
  TRY(const auto key, administration.make_service_key(
                          {.name = flags.name, .scopes = flags.scopes, .lives_ms = seconds * 1000}));
  fmt::print("Service key of {} for {}, good {}. It is shown this once; send it as Authorization: Bearer.\n{}\n",
             isolated(flags.name), fmt::join(flags.scopes, ", "), until(seconds), key);
  return {};
}

Result<void> list_keys(const AdminFlags&, Administration& administration) {
  TRY(const auto keys, administration.service_keys());
  const auto now = SystemClock().now();
  for (const auto& key : keys) {
    const bool over = key.expires_at != 0 && key.expires_at <= now;
    fmt::print("{}  made {}  {} {:<10}  used {:<10}  {:<8}  {}\n", key.id, day(key.created_at),
               over ? "expired" : "expires", day_or(key.expires_at, "never"), day_or(key.last_used_at, "never"),
               fmt::format("{}", fmt::join(key.scopes, ",")), printable(key.name));
  }
  return {};
}

Result<void> revoke_key(const AdminFlags& flags, Administration& administration) {
  const auto done = administration.revoke_service_key(flags.revoked);
  if (!done && done.error().code == Code::not_found)
    return fail(Code::not_found, "there is no service key of " + isolated(flags.revoked));
  CHECK_OK(done);
  fmt::print("The service key of {} is revoked: its next call is refused.\n", isolated(flags.revoked));
  return {};
}

Result<void> make_invite(const AdminFlags& flags, Administration& administration) {
  const auto seconds = flags.expires.value_or(kInviteLives);
  TRY(const auto invite, administration.make_invite({.uses = flags.uses, .lives_ms = seconds * 1000}));
  const auto accounts = flags.uses == 0   ? std::string("any number of accounts")
                        : flags.uses == 1 ? std::string("one account")
                                          : fmt::format("{} accounts", flags.uses);
  fmt::print("Invite for {}, good {}. It is shown this once; the page takes it at /register?invite=…\n{}\n", accounts,
             until(seconds), invite);
  return {};
}

Result<void> list_invites(const AdminFlags&, Administration& administration) {
  TRY(const auto invites, administration.invites());
  const auto now = SystemClock().now();
  for (const auto& invite : invites) {
    fmt::print("{}  made {}  expires {:<10}  used {} of {}{}\n", invite.id, day(invite.created_at),
               day_or(invite.expires_at, "never"), invite.used,
               invite.uses == 0 ? "any number" : std::to_string(invite.uses),
               user::is_good(invite, now) ? "" : "  (no longer good)");
  }
  return {};
}

Result<void> revoke_invite(const AdminFlags& flags, Administration& administration) {
  CHECK_OK(administration.revoke_invite(flags.revoked));
  fmt::print("The invite is revoked. Accounts that were made by it stay.\n");
  return {};
}

Result<void> back_up(const AdminFlags& flags, Administration& administration) {
  const auto directory = std::filesystem::absolute(flags.out).string();  // the server has another working directory
  CHECK_OK(administration.backup(directory));
  fmt::print("backed up to {}\n", directory);
  return {};
}

}  // namespace godwit::app
