#pragma once
#include <string>
#include <vector>

#include "user/context/context.hpp"
#include "user/store/block_store.hpp"

namespace godwit::user {

Task<Result<std::vector<Friend>>> list_friends(Context& context, UserKey user, UserKey after, std::size_t limit);
/// not_found: not a friend.
Task<Result<Friend>> change_alias(Context& context, UserKey user, UserKey other, std::string alias);
/// Both ways; the other one is told (210). not_found.
Task<Result<void>> remove_friend(Context& context, UserKey user, UserKey other);

Task<Result<std::vector<Blocked>>> list_blocks(Context& context, UserKey user, UserKey after, std::size_t limit);
/// Idempotent. A friendship stays, asleep. not_found: no such account; invalid_fields: oneself.
Task<Result<void>> block_user(Context& context, UserKey user, UserKey other);
/// Idempotent. not_found: no such account.
Task<Result<void>> unblock_user(Context& context, UserKey user, UserKey other);

}  // namespace godwit::user
