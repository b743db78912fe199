#pragma once
#include <string>
#include <utility>
#include <vector>

#include "app/config/load.hpp"

namespace CLI {
class App;
}

namespace godwit::app {

/// The flags that give settings, as several commands share them.
struct ConfigFlags {
  std::string file;
  std::string data, listen, admin;
  bool debug_echo = false;
  std::vector<std::string> set;  ///< "section.key=value"

  void add_file(CLI::App& command);
  void add_data(CLI::App& command);
  void add_all(CLI::App& command);  ///< --config, --data, --listen, --admin, --debug-echo, --set

  /// Everything that settings come from, these flags last. bad_parameter for a --set without '='.
  [[nodiscard]] Result<Sources> sources() const;
};

}  // namespace godwit::app
