#pragma once
#include <atomic>

#include "app/server/engines.hpp"
#include "base/pool.hpp"
#include "service/call_table.hpp"
#include "user/user_role.hpp"

namespace godwit::app {

/// What `godwit admin` asks on the admin listener, under /admin, works with these; who may ask is admin_api.hpp's
/// business. `backups` runs one at a time, and stops where `ending` is set.
struct AdminCalls {
  user::UserRole& users;
  Engines& engines;
  Pool& backups;
  const std::atomic<bool>& ending;
};
/// `calls` outlives the table.
[[nodiscard]] gateway::CallTable<AdminCalls> table_of(AdminCalls& calls);

}  // namespace godwit::app
