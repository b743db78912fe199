#pragma once
#include <string>
#include <utility>
#include <vector>

#include "app/config/config.hpp"

namespace godwit::app {

/// The settings that every process of a house has to have alike, and their values as TOML has them; no secrets: a
/// process that has another one does not get far.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> shared_settings(const Config& config);

}  // namespace godwit::app
