#pragma once
#include <string>
#include <vector>

#include "user/administration/admin.hpp"
#include "user/context/context.hpp"
#include "user/store/admin_store.hpp"
#include "user/store/audit_store.hpp"
#include "user/store/group_store.hpp"

namespace godwit::user {

/// The changes that an admin makes on the running role, as `actor`; see admin.hpp.
[[nodiscard]] Admin administer(Context& context, Actor actor);

/// An account as admins see it.
struct AccountView {
  User user;
  std::vector<Session> sessions;  ///< those that live, oldest first
  bool online = false;            ///< has a socket now
};
/// Key or name begins with `prefix` (empty: everybody); ascending by key, above `after`.
Task<Result<std::vector<AccountView>>> list_accounts(Context& context, std::string prefix, UserKey after,
                                                     std::size_t limit);

struct AccountDetails {
  AccountView view;
  Ties ties;
};
/// not_found.
Task<Result<AccountDetails>> show_account(Context& context, UserKey user);

/// Key or name begins with `prefix` (empty: all); ascending by key, above `after`.
Task<Result<std::vector<Group>>> list_all_groups(Context& context, std::string prefix, GroupKey after,
                                                 std::size_t limit);
/// not_found.
Task<Result<std::vector<MemberRow>>> list_any_members(Context& context, GroupKey group, UserKey after,
                                                      std::size_t limit);
/// As its owner would; the 209 names the admin. not_found, forbidden.
Task<Result<void>> dissolve_any_group(Context& context, UserKey admin, GroupKey group);

/// Newest first, below `before` (0: from the newest).
Task<Result<std::vector<AuditEntry>>> list_audit(Context& context, std::int64_t before, std::size_t limit);

}  // namespace godwit::user
