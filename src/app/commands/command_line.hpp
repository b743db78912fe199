#pragma once
#include <string>
#include <vector>

namespace godwit::app {

/// Exit codes of every command.
enum Exit : int {
  kExitOk = 0,
  kExitFailed = 1,  ///< the command could not do it; why is on stderr
  kExitUsage = 2,   ///< the command line or the settings are wrong; what is on stderr
};

/// Runs `godwit <arguments>` to its end; the exit code.
int run_command_line(const std::vector<std::string>& arguments);

}  // namespace godwit::app
