#pragma once
#include <string>
#include <vector>

#include "app/config/load.hpp"

namespace godwit::app {

/// What of settings that are each within their bounds does not go together; one line each, with the origins of those
/// concerned.
[[nodiscard]] std::vector<std::string> inconsistencies(const Loaded& loaded);

}  // namespace godwit::app
