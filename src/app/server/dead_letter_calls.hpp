#pragma once
#include "service/call_table.hpp"
#include "service/dead_letters.hpp"
#include "user/user_role.hpp"

namespace godwit::app {

/// What `godwit admin dead-letters` asks on the admin listener works with these: list, replay, drop. Each change is in
/// the audit log.
struct DeadLetterCalls {
  user::UserRole& users;
  dispatch::DeadLetters& letters;
};
/// `calls` outlives the table.
[[nodiscard]] gateway::CallTable<DeadLetterCalls> table_of(DeadLetterCalls& calls);

}  // namespace godwit::app
