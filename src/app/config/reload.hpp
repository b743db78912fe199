#pragma once
#include <string>
#include <vector>

#include "app/config/load.hpp"

namespace godwit::app {

struct TakenOver {
  Loaded settings;                           ///< `running` with what may change taken from `fresh`
  std::vector<std::string> changed{};        ///< names of the settings that are new in `settings`
  std::vector<std::string> needs_restart{};  ///< names of those that differ, but stay as they are until a restart
};

/// What SIGHUP does: of everything that differs, only settings declared with Reloads::yes are taken.
[[nodiscard]] TakenOver take_over(const Loaded& running, Loaded fresh);

}  // namespace godwit::app
