#pragma once
#include <string>

#include "app/config/load.hpp"

namespace godwit::app {

/// docs/settings.md: every setting with its variable, default, bounds and whether SIGHUP changes it.
[[nodiscard]] std::string render_reference();
/// A TOML file of all settings with their defaults, each commented out under its explanation.
[[nodiscard]] std::string render_default_file();
/// The settings in force as TOML, each with its origin after it. Secrets are masked.
[[nodiscard]] std::string render_in_force(const Loaded& loaded);

}  // namespace godwit::app
