#pragma once
#include "service/dead_letters.hpp"
#include "service/gateway.hpp"
#include "user/user_role.hpp"

namespace godwit::app {

/// What `godwit admin dead-letters` asks on the admin listener: list, replay, drop. Each change is in the audit log. Both
/// outlive the routes.
[[nodiscard]] gateway::Routes dead_letter_calls(user::UserRole& users, dispatch::DeadLetters& letters);

}  // namespace godwit::app
