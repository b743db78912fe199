#pragma once
#include "user/context/routes.hpp"

namespace godwit::user {

/// The handler of every call of this room.
[[nodiscard]] Bindings all_bindings();

/// Each beside its noun.
void add_account_routes(Bindings& routes);
void add_session_routes(Bindings& routes);
void add_friend_routes(Bindings& routes);
void add_request_routes(Bindings& routes);
void add_group_routes(Bindings& routes);
void add_member_routes(Bindings& routes);
void add_admin_routes(Bindings& routes);
void add_admin_account_routes(Bindings& routes);
void add_admin_group_routes(Bindings& routes);

}  // namespace godwit::user
