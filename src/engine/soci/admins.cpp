#include "engine/soci/admins.hpp"

#include <algorithm>
#include <limits>

#include "domain/name_beginnings.hpp"
#include "domain/text.hpp"
#include "engine/soci/accounts.hpp"
#include "engine/soci/groups.hpp"

namespace godwit::engine::soci {
namespace {
std::uint64_t only_number(SociQuery& row) {
  std::uint64_t number = 0;
  while (row.next()) number = static_cast<std::uint64_t>(row.number(0));
  return number;
}
}  // namespace

Result<bool> SociAdmins::set_admin(const UserKey& key, bool admin) {
  return guarded(log_, [&]() -> Result<bool> {
    return db_.run("UPDATE accounts SET admin = :admin WHERE user_key = :key", "", admin, key).affected() > 0;
  });
}

Result<std::vector<User>> SociAdmins::accounts(const std::string& prefix, const UserKey& after, std::size_t limit) {
  return guarded(log_, [&]() -> Result<std::vector<User>> {
    std::vector<User> users;
    auto& row = prefix.empty() ? all_accounts(after, limit) : matching_accounts(prefix, after, limit);
    while (row.next()) users.push_back(read_user(row));
    return users;
  });
}

SociQuery& SociAdmins::all_accounts(const UserKey& after, std::size_t limit) {
  return db_.run(
      "SELECT user_key, name, bio, avatar, created_at, disabled, admin FROM accounts WHERE user_key > :after "
      "ORDER BY user_key LIMIT :n",
      "ttttnnn", after, limit);
}

// Each half by an index of its own; SQLite would walk through all accounts by key if it could use it.
SociQuery& SociAdmins::matching_accounts(const std::string& prefix, const UserKey& after, std::size_t limit) {
  const auto keys = lower(prefix), keys_end = end_of_prefix(keys);
  const auto words = name_prefix(prefix), words_end = words.empty() ? words : end_of_prefix(words);
  const auto& from = std::max(keys, after.str());
  return db_.run(
      "SELECT a.user_key, a.name, a.bio, a.avatar, a.created_at, a.disabled, a.admin FROM ("
      "SELECT user_key FROM (SELECT user_key FROM accounts WHERE user_key >= :from AND user_key < :prefix_end AND "
      "{unindexed}user_key > :after ORDER BY user_key LIMIT :keys) k UNION "
      "SELECT user_key FROM (SELECT DISTINCT {unindexed}user_key AS user_key FROM name_words WHERE word >= :words AND "
      "word < :words_end AND {unindexed}user_key > :same_after ORDER BY 1 LIMIT :names) w) f "
      "{then} accounts a ON a.user_key = f.user_key ORDER BY a.user_key LIMIT :n",
      "ttttnnn", from, keys_end, after, limit, words, words_end, after, limit, limit);
}

Result<std::vector<Group>> SociAdmins::groups(const std::string& prefix, const GroupKey& after, std::size_t limit) {
  return guarded(log_, [&]() -> Result<std::vector<Group>> {
    std::vector<Group> groups;
    const auto words = lower(prefix), end = end_of_prefix(words);
    auto& row = db_.run(
        "SELECT group_key, name, notice, avatar, join_policy, owner_key, member_count, created_at FROM chat_groups "
        "WHERE dissolved = 0 AND group_key > :after AND ((group_key >= :prefix AND group_key < :prefix_end) OR "
        "({lower_name} >= :words AND {lower_name} < :words_end)) ORDER BY group_key LIMIT :n",
        "ttttttnn", after, words, end, words, end, limit);
    while (row.next()) groups.push_back(read_group(row));
    return groups;
  });
}

Result<user::Census> SociAdmins::count(Millis now) {
  return guarded(log_, [&]() -> Result<user::Census> {
    user::Census census;
    census.users = only_number(db_.run("SELECT COUNT(*) FROM accounts", "n"));
    census.groups = only_number(db_.run("SELECT COUNT(*) FROM chat_groups WHERE dissolved = 0", "n"));
    census.sessions = only_number(db_.run("SELECT COUNT(*) FROM sessions WHERE expires_at > :now", "n", now));
    return census;
  });
}

Result<user::Ties> SociAdmins::ties(const UserKey& user) {
  return guarded(log_, [&]() -> Result<user::Ties> {
    user::Ties ties;
    ties.friends =
        only_number(db_.run("SELECT (SELECT COUNT(*) FROM friendships WHERE low_key = :user) + "
                            "(SELECT COUNT(*) FROM friendships WHERE high_key = :same_user)",
                            "n", user, user));
    ties.groups = only_number(db_.run("SELECT COUNT(*) FROM group_members WHERE user_key = :user", "n", user));
    return ties;
  });
}

Result<void> SociAuditLog::add(const user::AuditEntry& entry, std::size_t keep) {
  return guarded(log_, [&]() -> Result<void> {
    db_.run(
        "INSERT INTO audit_log (done_at, admin, action, target, detail) VALUES (:at, :admin, :action, :target, "
        ":detail)",
        "", entry.time, entry.admin, entry.action, entry.target, entry.detail);
    std::int64_t last = 0;
    auto& beyond = db_.run("SELECT {last_beyond}", "n", keep);
    while (beyond.next()) last = beyond.number(0);
    db_.run("DELETE FROM audit_log WHERE ordinal <= :last", "", last);
    return {};
  });
}

Result<std::vector<user::AuditEntry>> SociAuditLog::list(std::int64_t before, std::size_t limit) {
  return guarded(log_, [&]() -> Result<std::vector<user::AuditEntry>> {
    std::vector<user::AuditEntry> entries;
    auto& row = db_.run(
        "SELECT ordinal, done_at, admin, action, target, detail FROM audit_log WHERE ordinal < :before "
        "ORDER BY ordinal DESC LIMIT :n",
        "nntttt", before == 0 ? std::numeric_limits<std::int64_t>::max() : before, limit);
    while (row.next()) {
      entries.push_back({.ordinal = row.number(0),
                         .time = row.number(1),
                         .admin = row.text(2),
                         .action = row.text(3),
                         .target = row.text(4),
                         .detail = row.text(5)});
    }
    return entries;
  });
}

}  // namespace godwit::engine::soci
