#pragma once
#include <string>
#include <vector>

#include "app/config/config.hpp"

namespace godwit::app {

struct TakenOver {
  Config config;                             ///< `running` with what may change taken from `fresh`
  std::vector<std::string> changed{};        ///< names of the settings that are new in `config`
  std::vector<std::string> needs_restart{};  ///< names of those that differ, but stay as they are until a restart
};

/// What SIGHUP does: of everything that differs, only settings declared with Reloads::yes are taken.
[[nodiscard]] TakenOver take_over(const Config& running, Config fresh);

}  // namespace godwit::app
