#include "engine/memory/accounts_tables.hpp"

namespace godwit::engine::memory {
namespace {
using Pair = std::pair<UserKey, UserKey>;

/// What stands at (user, other), for each other above `after`, ascending.
template <class T, class Rows, class Make>
std::vector<T> page_of(const Rows& rows, const UserKey& user, const UserKey& after, std::size_t limit, Make make) {
  std::vector<T> out;
  for (auto at = rows.upper_bound({user, after}); at != rows.end() && at->first.first == user && out.size() < limit;
       ++at)
    out.push_back(make(at->first.second, at->second));
  return out;
}

constexpr std::size_t kAll = ~std::size_t{0};
}  // namespace

Result<bool> Friends::add(const UserKey& a, const UserKey& b, Millis since) {
  if (rows_.friends.find({a, b}) != nullptr) return false;
  rows_.friends.change()[{a, b}] = {.since = since};
  rows_.friends.change()[{b, a}] = {.since = since};
  return true;
}

Result<bool> Friends::remove(const UserKey& a, const UserKey& b) {
  if (rows_.friends.find({a, b}) == nullptr) return false;
  rows_.friends.change().erase({a, b});
  rows_.friends.change().erase({b, a});
  return true;
}

Result<bool> Friends::are_friends(const UserKey& a, const UserKey& b) { return rows_.friends.find({a, b}) != nullptr; }

Result<std::optional<Friend>> Friends::find(const UserKey& user, const UserKey& other) {
  const auto* tie = rows_.friends.find({user, other});
  if (tie == nullptr) return std::nullopt;
  return Friend{.user = card_of(rows_, other), .alias = tie->alias, .since = tie->since};
}

Result<bool> Friends::set_alias(const UserKey& user, const UserKey& other, const std::string& alias) {
  auto* tie = rows_.friends.change(Pair{user, other});
  if (tie == nullptr) return false;
  tie->alias = alias;
  return true;
}

Result<std::vector<Friend>> Friends::list(const UserKey& user, const UserKey& after, std::size_t limit) {
  return page_of<Friend>(rows_.friends.rows(), user, after, limit, [&](const UserKey& other, const Tie& tie) {
    return Friend{.user = card_of(rows_, other), .alias = tie.alias, .since = tie.since};
  });
}

Result<std::vector<UserKey>> Friends::awake(const UserKey& user) {
  auto keys =
      page_of<UserKey>(rows_.friends.rows(), user, {}, kAll, [](const UserKey& other, const Tie&) { return other; });
  std::erase_if(keys, [&](const UserKey& other) { return *Blocks(rows_).between(user, other); });
  return keys;
}

Result<std::size_t> Friends::count(const UserKey& user) {
  return page_of<char>(rows_.friends.rows(), user, {}, kAll, [](const UserKey&, const Tie&) { return '.'; }).size();
}

Result<bool> Blocks::add(const UserKey& user, const UserKey& other, Millis since) {
  if (rows_.blocks.find({user, other}) != nullptr) return false;
  rows_.blocks.change()[{user, other}] = since;
  return true;
}

Result<bool> Blocks::remove(const UserKey& user, const UserKey& other) {
  return rows_.blocks.find({user, other}) != nullptr && rows_.blocks.change().erase({user, other}) > 0;
}

Result<bool> Blocks::between(const UserKey& a, const UserKey& b) {
  return rows_.blocks.find({a, b}) != nullptr || rows_.blocks.find({b, a}) != nullptr;
}

Result<std::vector<user::Blocked>> Blocks::list(const UserKey& user, const UserKey& after, std::size_t limit) {
  return page_of<user::Blocked>(rows_.blocks.rows(), user, after, limit, [&](const UserKey& other, Millis since) {
    return user::Blocked{.user = card_of(rows_, other), .since = since};
  });
}

}  // namespace godwit::engine::memory
