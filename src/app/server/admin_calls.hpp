#pragma once
#include <atomic>

#include "app/server/engines.hpp"
#include "base/pool.hpp"
#include "service/gateway.hpp"
#include "user/user_role.hpp"

namespace godwit::app {

/// What `godwit admin` asks on the admin listener, under /admin; who may ask is admin_api.hpp's business. `backups` runs
/// one at a time, and stops where `ending` is set. All outlive the routes.
[[nodiscard]] gateway::Routes admin_calls(user::UserRole& users, Engines& engines, Pool& backups,
                                          const std::atomic<bool>& ending);

}  // namespace godwit::app
