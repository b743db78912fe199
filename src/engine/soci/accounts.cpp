#include "engine/soci/accounts.hpp"

#include "domain/name_beginnings.hpp"
#include "domain/text.hpp"
#include "engine/soci/name_words.hpp"

namespace godwit::engine::soci {

User read_user(const SociQuery& row) {
  return {.key = UserKey(row.text(0)),
          .name = row.text(1),
          .bio = row.text(2),
          .avatar = row.text(3),
          .created_at = row.number(4),
          .disabled = row.number(5) != 0,
          .admin = row.number(6) != 0};
}

std::string end_of_prefix(std::string_view prefix) {
  return std::string(prefix) + "\xF4\x8F\xBF\xBF";
}  // U+10FFFF, the last there is

Result<bool> SociAccounts::add(const user::Account& account) {
  return guarded(log_, [&]() -> Result<bool> {
    const User& user = account.user;
    const bool fresh = inserted([&] {
      db_.run(
          "INSERT INTO accounts (user_key, name, bio, avatar, password_hash, disabled, created_at) "
          "VALUES (:key, :name, :bio, :avatar, :hash, :disabled, :at)",
          "", user.key, user.name, user.bio, user.avatar, account.password_hash, user.disabled, user.created_at);
    });
    if (!fresh) return false;
    write_name_words(db_, user.key, user.name);
    return true;
  });
}

Result<std::optional<user::Account>> SociAccounts::find(const UserKey& key) {
  return guarded(log_, [&]() -> Result<std::optional<user::Account>> {
    std::optional<user::Account> found;
    auto& row = db_.run(
        "SELECT user_key, name, bio, avatar, created_at, disabled, admin, password_hash, group_invites FROM accounts "
        "WHERE user_key = :key",
        "ttttnnntn", key);
    while (row.next()) {
      found = user::Account{.user = read_user(row), .password_hash = row.text(7)};
      found->user.group_invites = row.number(8) != 0;
    }
    return found;
  });
}

Result<bool> SociAccounts::change_profile(const User& user) {
  return guarded(log_, [&]() -> Result<bool> {
    auto& changed = db_.run(
        "UPDATE accounts SET name = :name, bio = :bio, avatar = :avatar, group_invites = :invites "
        "WHERE user_key = :key",
        "", user.name, user.bio, user.avatar, user.group_invites, user.key);
    if (changed.affected() == 0) return false;
    write_name_words(db_, user.key, user.name);
    return true;
  });
}

Result<bool> SociAccounts::set_password(const UserKey& key, const std::string& hash) {
  return guarded(log_, [&]() -> Result<bool> {
    return db_.run("UPDATE accounts SET password_hash = :hash WHERE user_key = :key", "", hash, key).affected() > 0;
  });
}

Result<bool> SociAccounts::set_disabled(const UserKey& key, bool disabled) {
  return guarded(log_, [&]() -> Result<bool> {
    return db_.run("UPDATE accounts SET disabled = :disabled WHERE user_key = :key", "", disabled, key).affected() > 0;
  });
}

Result<std::vector<Card>> SociAccounts::cards(std::span<const UserKey> keys) {
  return guarded(log_, [&]() -> Result<std::vector<Card>> {
    std::vector<Card> cards(keys.size());
    for (std::size_t i = 0; i < keys.size(); ++i) {
      auto& row = db_.run("SELECT user_key, name, avatar FROM accounts WHERE user_key = :key", "ttt", keys[i]);
      while (row.next()) cards[i] = {.key = row.text(0), .name = row.text(1), .avatar = row.text(2)};
    }
    return cards;
  });
}

Result<std::vector<user::Found>> SociAccounts::search(const std::string& prefix, const user::SearchPlace& after,
                                                      std::size_t limit) {
  return guarded(log_, [&]() -> Result<std::vector<user::Found>> {
    std::vector<user::Found> found;
    const auto keys = lower(prefix);
    if (!after.by_name) search_keys(keys, after.key, limit, found);
    if (found.size() < limit)
      search_names(keys, name_prefix(prefix), after.by_name ? after : user::SearchPlace{}, limit - found.size(), found);
    return found;
  });
}

void SociAccounts::search_keys(const std::string& prefix, const UserKey& after, std::size_t limit,
                               std::vector<user::Found>& found) {
  auto& row = db_.run(
      "SELECT user_key, name, bio, avatar, created_at, disabled, admin FROM accounts "
      "WHERE user_key >= :prefix AND user_key < :prefix_end AND user_key > :after AND disabled = 0 ORDER BY user_key "
      "LIMIT :n",
      "ttttnnn", prefix, end_of_prefix(prefix), after, limit);
  while (row.next()) {
    auto user = read_user(row);
    user::SearchPlace place{.by_name = false, .word = {}, .key = user.key};
    found.push_back({.user = std::move(user), .place = std::move(place)});
  }
}

/// By the first beginning of each name that fits; not those that their key finds.
void SociAccounts::search_names(const std::string& keys, const std::string& words, const user::SearchPlace& after,
                                std::size_t limit, std::vector<user::Found>& found) {
  if (words.empty()) return;
  const auto end = end_of_prefix(words);
  auto& row = db_.run(
      "SELECT a.user_key, a.name, a.bio, a.avatar, a.created_at, a.disabled, a.admin, w.word FROM name_words w "
      "{then} accounts a ON a.user_key = w.user_key "
      "WHERE w.word >= :from AND w.word < :words_end AND (w.word, w.user_key) > (:after_word, :after_key) "
      "AND NOT EXISTS (SELECT 1 FROM name_words e WHERE e.user_key = w.user_key AND e.word >= :words AND e.word < "
      "w.word) AND NOT (w.user_key >= :keys AND w.user_key < :keys_end) AND a.disabled = 0 "
      "ORDER BY w.word, w.user_key LIMIT :n",
      "ttttnnnt", std::max(words, after.word), end, after.word, after.key, words, keys, end_of_prefix(keys), limit);
  while (row.next()) {
    auto user = read_user(row);
    user::SearchPlace place{.by_name = true, .word = row.text(7), .key = user.key};
    found.push_back({.user = std::move(user), .place = std::move(place)});
  }
}

Result<std::vector<User>> SociAccounts::list(const UserKey& after, std::size_t limit) {
  return guarded(log_, [&]() -> Result<std::vector<User>> {
    std::vector<User> users;
    auto& row = db_.run(
        "SELECT user_key, name, bio, avatar, created_at, disabled, admin FROM accounts WHERE user_key > :after "
        "ORDER BY user_key LIMIT :n",
        "ttttnnn", after, limit);
    while (row.next()) users.push_back(read_user(row));
    return users;
  });
}

}  // namespace godwit::engine::soci
