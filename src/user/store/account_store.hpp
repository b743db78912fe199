#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "domain/people.hpp"

namespace godwit::user {

struct Account {
  User user;
  std::string password_hash;
};

/// Where a search goes on: first the accounts whose key begins with the words, by key; then those with a word of their
/// name that does, by that word (and what follows it) and key.
struct SearchPlace {
  bool by_name = false;
  std::string word;  ///< by which the last one was found, as the engine folds it; by_name only
  UserKey key{};     ///< the last one seen; empty: from the start
};

struct Found {
  User user;
  SearchPlace place;  ///< behind this one
};

/// The port of accounts. Used inside a transaction (store.hpp), on its thread. Errors: unavailable. Accounts are never
/// deleted.
class AccountStore {
 public:
  virtual ~AccountStore() = default;

  /// False where the key is taken; then nothing changed.
  virtual Result<bool> add(const Account& account) = 0;
  virtual Result<std::optional<Account>> find(const UserKey& key) = 0;
  /// Name, bio, avatar, group invites. False: no such account.
  virtual Result<bool> change_profile(const User& user) = 0;
  virtual Result<bool> set_password(const UserKey& key, const std::string& hash) = 0;
  virtual Result<bool> set_disabled(const UserKey& key, bool disabled) = 0;
  /// In the order of `keys`; an unknown one answers a card with an empty key.
  virtual Result<std::vector<Card>> cards(std::span<const UserKey> keys) = 0;
  /// Accounts that are not disabled whose key begins with `prefix` (ASCII case aside), or whose name does from one of
  /// its words on (case, accents and spelling aside; from any character in scripts without spaces), each once, from
  /// behind `after` on.
  virtual Result<std::vector<Found>> search(const std::string& prefix, const SearchPlace& after, std::size_t limit) = 0;
  /// Ascending by key, above `after`.
  virtual Result<std::vector<User>> list(const UserKey& after, std::size_t limit) = 0;
};

}  // namespace godwit::user
