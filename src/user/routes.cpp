#include "user/routes.hpp"

namespace godwit::user {

Bindings all_bindings() {
  Bindings routes;
  add_account_routes(routes);
  add_session_routes(routes);
  add_friend_routes(routes);
  add_request_routes(routes);
  add_group_routes(routes);
  add_member_routes(routes);
  add_admin_routes(routes);
  add_admin_account_routes(routes);
  add_admin_group_routes(routes);
  return routes;
}

}  // namespace godwit::user
