#include "user/routes.hpp"

namespace godwit::user {

gateway::Routes make_routes(Context& context) {
  gateway::Routes routes;
  add_account_routes(routes, context);
  add_session_routes(routes, context);
  add_friend_routes(routes, context);
  add_request_routes(routes, context);
  add_group_routes(routes, context);
  add_member_routes(routes, context);
  add_admin_routes(routes, context);
  add_admin_account_routes(routes, context);
  add_admin_group_routes(routes, context);
  return routes;
}

}  // namespace godwit::user
