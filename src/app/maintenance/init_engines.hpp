#pragma once
#include <string>
#include <vector>

#include "app/config/config.hpp"
#include "base/error.hpp"

namespace godwit::app {

/// Makes what is missing in the engines of `engines = "distributed"`: tables, topics, consumer groups, the index; and
/// looks at the settings on which it depends that nothing is lost. Again: changes nothing. One line for each engine;
/// the error names the engine and what is wrong there. Blocks.
[[nodiscard]] Result<std::vector<std::string>> init_engines(const Config& config);

/// The ledger over the databases of `mysql.ledger`, which are copies of those that it stood in (docs/deploy-many.md).
[[nodiscard]] Result<void> split_ledger(const Config& config);

}  // namespace godwit::app
