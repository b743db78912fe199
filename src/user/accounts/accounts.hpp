#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "user/context/context.hpp"
#include "user/store/account_store.hpp"

namespace godwit::user {

/// key_taken: the server speaks as this key, or a business system does.
[[nodiscard]] Result<void> check_free(Tables& tables, const UserKey& key);

/// One more try of an address to make an account; it counts whatever comes of it. rate_limited.
Task<Result<void>> count_registration(Context& context, std::string_view address);

struct NewAccount {
  UserKey key;
  std::string password, name;  ///< an empty name becomes the key
  std::string invite{};        ///< needed where `registration` is `invite`; one use of it is spent with the account
};
/// registration_closed, key_taken, unavailable.
Task<Result<User>> register_user(Context& context, NewAccount fresh);

/// not_found.
Task<Result<User>> find_user(Context& context, UserKey key);
Task<Result<std::vector<Found>>> search_users(Context& context, std::string prefix, SearchPlace after,
                                              std::size_t limit);

struct ProfileChange {
  std::optional<std::string> name, bio, avatar;
  std::optional<bool> group_invites;  ///< friends may take this person into groups
};
/// Tells every awake friend (210), if anything changed that they see. rate_limited.
Task<Result<User>> change_profile(Context& context, UserKey user, ProfileChange change);

struct PasswordChange {
  std::string before, after;
};
/// The other sessions end. wrong_password, rate_limited.
Task<Result<User>> change_password(Context& context, Identity who, PasswordChange change);

}  // namespace godwit::user
