#pragma once
#include <span>
#include <string>
#include <string_view>

#include "engine/mysql/connection.hpp"

namespace godwit::mysql {

/// Brings the tables of one purpose to their newest form. `table` holds one row, the number of the last step that was
/// done. A step is one statement: DDL commits by itself, so a step that was done and not noted is done again, and must
/// bear it (IF NOT EXISTS, INSERT IGNORE). Several processes may do it at once: one does, the others wait for 30 s.
/// `refused` where the tables are of a newer program.
[[nodiscard]] Answer<void> migrate(Connection& connection, std::string_view table, std::span<const std::string> steps);

}  // namespace godwit::mysql
