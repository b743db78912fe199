#include <algorithm>
#include <tuple>

#include "domain/name_beginnings.hpp"
#include "domain/text.hpp"
#include "engine/memory/accounts_tables.hpp"

namespace godwit::engine::memory {
namespace {
/// The first of the name's beginnings that begins with `words`, which is not empty.
std::optional<std::string> beginning_of(const User& user, const std::string& words) {
  for (auto& beginning : name_beginnings(user.name)) {
    if (beginning.starts_with(words)) return std::move(beginning);
  }
  return std::nullopt;
}

/// By the words of their names; not those whom `keys` finds.
std::vector<user::Found> found_by_name(const AccountRows& rows, const std::string& keys, const std::string& words,
                                       const user::SearchPlace& after) {
  std::vector<user::Found> found;
  if (words.empty()) return found;
  const auto order = [](const user::SearchPlace& place) { return std::tie(place.word, place.key); };
  for (const auto& [key, account] : rows.accounts.rows()) {
    if (account.user.disabled || key.str().starts_with(keys)) continue;
    auto word = beginning_of(account.user, words);
    if (!word) continue;
    user::SearchPlace place{.by_name = true, .word = std::move(*word), .key = key};
    if (!after.by_name || order(place) > order(after)) found.push_back({account.user, std::move(place)});
  }
  std::ranges::sort(found, {}, [&](const user::Found& one) { return order(one.place); });
  return found;
}

template <class T>
bool change(AccountRows& rows, const UserKey& key, T apply) {
  auto* account = rows.accounts.change(key);
  if (account != nullptr) apply(*account);
  return account != nullptr;
}
}  // namespace

Card card_of(const AccountRows& rows, const UserKey& key) {
  const auto* account = rows.accounts.find(key);
  if (account == nullptr) return {};
  return {.key = key.str(), .name = account->user.name, .avatar = account->user.avatar};
}

Result<bool> Accounts::add(const user::Account& account) {
  if (rows_.accounts.find(account.user.key) != nullptr) return false;
  rows_.accounts.change().emplace(account.user.key, account);
  return true;
}

Result<std::optional<user::Account>> Accounts::find(const UserKey& key) {
  const auto* account = rows_.accounts.find(key);
  return account == nullptr ? std::nullopt : std::optional(*account);
}

Result<bool> Accounts::change_profile(const User& user) {
  return change(rows_, user.key, [&](user::Account& account) {
    account.user.name = user.name;
    account.user.bio = user.bio;
    account.user.avatar = user.avatar;
    account.user.group_invites = user.group_invites;
  });
}

Result<bool> Accounts::set_password(const UserKey& key, const std::string& hash) {
  return change(rows_, key, [&](user::Account& account) { account.password_hash = hash; });
}

Result<bool> Accounts::set_disabled(const UserKey& key, bool disabled) {
  return change(rows_, key, [&](user::Account& account) { account.user.disabled = disabled; });
}

Result<std::vector<Card>> Accounts::cards(std::span<const UserKey> keys) {
  std::vector<Card> cards;
  for (const auto& key : keys) cards.push_back(card_of(rows_, key));
  return cards;
}

Result<std::vector<user::Found>> Accounts::search(const std::string& prefix, const user::SearchPlace& after,
                                                  std::size_t limit) {
  std::vector<user::Found> found;
  const auto keys = lower(prefix);
  if (!after.by_name) {
    found = page<user::Found>(rows_.accounts.rows(), after.key, limit, [&](const UserKey& key, const auto& account) {
      const bool fits = key.str().starts_with(keys) && !account.user.disabled;
      return fits ? std::optional(user::Found{account.user, {.by_name = false, .word = {}, .key = key}}) : std::nullopt;
    });
  }
  for (auto& one : found_by_name(rows_, keys, name_prefix(prefix), after)) {
    if (found.size() < limit) found.push_back(std::move(one));
  }
  return found;
}

Result<std::vector<User>> Accounts::list(const UserKey& after, std::size_t limit) {
  return page<User>(rows_.accounts.rows(), after, limit,
                    [](const UserKey&, const auto& account) { return std::optional(account.user); });
}

Result<bool> Admins::set_admin(const UserKey& key, bool admin) {
  return change(rows_, key, [&](user::Account& account) { account.user.admin = admin; });
}

Result<std::vector<User>> Admins::accounts(const std::string& prefix, const UserKey& after, std::size_t limit) {
  const auto keys = lower(prefix), words = name_prefix(prefix);
  return page<User>(rows_.accounts.rows(), after, limit, [&](const UserKey& key, const auto& account) {
    const bool fits = key.str().starts_with(keys) || (!words.empty() && beginning_of(account.user, words));
    return fits ? std::optional(account.user) : std::nullopt;
  });
}

Result<std::vector<Group>> Admins::groups(const std::string& prefix, const GroupKey& after, std::size_t limit) {
  const auto words = lower(prefix);
  return page<Group>(rows_.groups.rows(), after, limit, [&](const GroupKey& key, const KeptGroup& kept) {
    const bool fits = key.str().starts_with(words) || lower(kept.group.name).starts_with(words);
    return fits && !kept.dissolved ? std::optional(kept.group) : std::nullopt;
  });
}

Result<user::Census> Admins::count(Millis now) {
  user::Census census{.users = rows_.accounts.rows().size()};
  for (const auto& [key, kept] : rows_.groups.rows()) census.groups += kept.dissolved ? 0 : 1;
  for (const auto& [id, session] : rows_.sessions.rows()) census.sessions += session.expires_at > now ? 1 : 0;
  return census;
}

Result<user::Ties> Admins::ties(const UserKey& user) {
  user::Ties ties;
  TRY(ties.friends, Friends(rows_).count(user));
  TRY(const auto memberships, Members(rows_).count(user));
  ties.groups = memberships.all;
  return ties;
}

// The last ordinal is a row's like any other: a transaction that is undone gives it back.
Result<void> AuditLog::add(const user::AuditEntry& entry, std::size_t keep) {
  auto& entries = rows_.audit.change();
  auto& kept = entries[++rows_.last_deed] = entry;
  kept.ordinal = rows_.last_deed;
  while (entries.size() > keep) entries.erase(entries.begin());
  return {};
}

Result<std::vector<user::AuditEntry>> AuditLog::list(std::int64_t before, std::size_t limit) {
  std::vector<user::AuditEntry> list;
  const auto& entries = rows_.audit.rows();
  for (auto at = before == 0 ? entries.end() : entries.lower_bound(before);
       at != entries.begin() && list.size() < limit;)
    list.push_back((--at)->second);
  return list;
}

}  // namespace godwit::engine::memory
