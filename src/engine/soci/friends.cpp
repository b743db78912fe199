#include "engine/soci/friends.hpp"

#include <algorithm>

namespace godwit::engine::soci {
namespace {
/// The pair as its row has it, whichever way it was asked for.
struct Pair {
  const UserKey& low;
  const UserKey& high;
};
Pair ordered(const UserKey& a, const UserKey& b) { return a < b ? Pair{a, b} : Pair{b, a}; }

Friend read_friend(const SociQuery& row) {
  return {.user = {.key = row.text(0), .name = row.text(1), .avatar = row.text(2)},
          .alias = row.text(3),
          .since = row.number(4)};
}
}  // namespace

Result<bool> SociFriends::add(const UserKey& a, const UserKey& b, Millis since) {
  return guarded(log_, [&]() -> Result<bool> {
    const auto pair = ordered(a, b);
    return inserted([&] {
      db_.run(
          "INSERT INTO friendships (low_key, high_key, low_alias, high_alias, since) VALUES (:low, :high, '', '', "
          ":since)",
          "", pair.low, pair.high, since);
    });
  });
}

Result<bool> SociFriends::remove(const UserKey& a, const UserKey& b) {
  return guarded(log_, [&]() -> Result<bool> {
    const auto pair = ordered(a, b);
    return db_.run("DELETE FROM friendships WHERE low_key = :low AND high_key = :high", "", pair.low, pair.high)
               .affected() > 0;
  });
}

Result<bool> SociFriends::are_friends(const UserKey& a, const UserKey& b) {
  return guarded(log_, [&]() -> Result<bool> {
    const auto pair = ordered(a, b);
    bool found = false;
    auto& row =
        db_.run("SELECT 1 FROM friendships WHERE low_key = :low AND high_key = :high", "n", pair.low, pair.high);
    while (row.next()) found = true;
    return found;
  });
}

Result<std::optional<Friend>> SociFriends::find(const UserKey& user, const UserKey& other) {
  return guarded(log_, [&]() -> Result<std::optional<Friend>> {
    const auto pair = ordered(user, other);
    std::optional<Friend> found;
    auto& row = db_.run(
        "SELECT a.user_key, a.name, a.avatar, CASE WHEN f.low_key = :viewer THEN f.low_alias ELSE f.high_alias END, "
        "f.since "
        "FROM friendships f JOIN accounts a ON a.user_key = :other WHERE f.low_key = :low AND f.high_key = :high",
        "ttttn", user, other, pair.low, pair.high);
    while (row.next()) found = read_friend(row);
    return found;
  });
}

Result<bool> SociFriends::set_alias(const UserKey& user, const UserKey& other, const std::string& alias) {
  return guarded(log_, [&]() -> Result<bool> {
    auto& done = user < other
                     ? db_.run("UPDATE friendships SET low_alias = :alias WHERE low_key = :user AND high_key = :other",
                               "", alias, user, other)
                     : db_.run("UPDATE friendships SET high_alias = :alias WHERE high_key = :user AND low_key = :other",
                               "", alias, user, other);
    return done.affected() > 0;
  });
}

Result<std::vector<Friend>> SociFriends::list(const UserKey& user, const UserKey& after, std::size_t limit) {
  return guarded(log_, [&]() -> Result<std::vector<Friend>> {
    std::vector<Friend> friends;
    // Two index ranges, merged in order: no more rows are read than answered.
    auto& row = db_.run(
        "SELECT a.user_key, a.name, a.avatar, f.alias, f.since FROM ("
        "SELECT high_key AS other, low_alias AS alias, since FROM friendships WHERE low_key = :user AND high_key > "
        ":after "
        "UNION ALL "
        "SELECT low_key, high_alias, since FROM friendships WHERE high_key = :same_user AND low_key > :same_after "
        "ORDER BY 1 LIMIT :n) f JOIN accounts a ON a.user_key = f.other ORDER BY f.other",
        "ttttn", user, after, user, after, limit);
    while (row.next()) friends.push_back(read_friend(row));
    return friends;
  });
}

Result<std::vector<UserKey>> SociFriends::awake(const UserKey& user) {
  return guarded(log_, [&]() -> Result<std::vector<UserKey>> {
    std::vector<UserKey> keys;
    auto& row = db_.run(
        "SELECT other FROM ("
        "SELECT high_key AS other FROM friendships WHERE low_key = :user UNION ALL SELECT low_key FROM friendships "
        "WHERE high_key = :u2) f "
        "WHERE NOT EXISTS (SELECT 1 FROM blocks m WHERE m.user_key = :u3 AND m.blocked_key = other) "
        "AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.user_key = other AND b.blocked_key = :u4)",
        "t", user, user, user, user);
    while (row.next()) keys.emplace_back(row.text(0));
    std::ranges::sort(keys);
    return keys;
  });
}

Result<std::size_t> SociFriends::count(const UserKey& user) {
  return guarded(log_, [&]() -> Result<std::size_t> {
    std::size_t count = 0;
    auto& row = db_.run(
        "SELECT (SELECT COUNT(*) FROM friendships WHERE low_key = :user) + "
        "(SELECT COUNT(*) FROM friendships WHERE high_key = :same_user)",
        "n", user, user);
    while (row.next()) count = static_cast<std::size_t>(row.number(0));
    return count;
  });
}

Result<bool> SociBlocks::add(const UserKey& user, const UserKey& other, Millis since) {
  return guarded(log_, [&]() -> Result<bool> {
    return inserted([&] {
      db_.run("INSERT INTO blocks (user_key, blocked_key, since) VALUES (:user, :other, :since)", "", user, other,
              since);
    });
  });
}

Result<bool> SociBlocks::remove(const UserKey& user, const UserKey& other) {
  return guarded(log_, [&]() -> Result<bool> {
    return db_.run("DELETE FROM blocks WHERE user_key = :user AND blocked_key = :other", "", user, other).affected() >
           0;
  });
}

Result<bool> SociBlocks::between(const UserKey& a, const UserKey& b) {
  return guarded(log_, [&]() -> Result<bool> {
    bool found = false;
    for (const auto& [one, other] : {std::pair{&a, &b}, std::pair{&b, &a}}) {
      auto& row = db_.run("SELECT 1 FROM blocks WHERE user_key = :user AND blocked_key = :other", "n", *one, *other);
      while (row.next()) found = true;
    }
    return found;
  });
}

Result<std::vector<user::Blocked>> SociBlocks::list(const UserKey& user, const UserKey& after, std::size_t limit) {
  return guarded(log_, [&]() -> Result<std::vector<user::Blocked>> {
    std::vector<user::Blocked> rows;
    auto& row = db_.run(
        "SELECT a.user_key, a.name, a.avatar, b.since FROM blocks b JOIN accounts a ON a.user_key = b.blocked_key "
        "WHERE b.user_key = :user AND b.blocked_key > :after ORDER BY b.blocked_key LIMIT :n",
        "tttn", user, after, limit);
    while (row.next()) {
      rows.push_back(
          {.user = {.key = row.text(0), .name = row.text(1), .avatar = row.text(2)}, .since = row.number(3)});
    }
    return rows;
  });
}

}  // namespace godwit::engine::soci
