#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/config/setting.hpp"

namespace godwit::app {

/// A setting given by a flag or a variable, as text.
struct Given {
  std::string name;  ///< "http.listen"
  std::string text;
  std::string origin;  ///< "flag --listen"
};

/// Where settings come from. Later wins: defaults, file, environment, flags.
struct Sources {
  std::optional<std::string> file{};  ///< a TOML file; it must be there
  std::vector<std::pair<std::string, std::string>>
      environment{};  ///< all variables; those without GODWIT_ are passed over
  std::vector<Given> flags{};
  bool foreign_variables =
      false;  ///< pass over unknown GODWIT_ variables (clients), instead of refusing them (the server)
};

struct Loaded {
  Config config;
  std::map<std::string, std::string, std::less<>> origins;  ///< name → where its value came from; absent: the default
};

/// Puts the sources together. bad_parameter with one line for each thing that is wrong: an unknown name (with the
/// nearest known one), a wrong type, a value out of bounds, settings that do not go together; each line begins with
/// where it came from.
[[nodiscard]] Result<Loaded> load(const Sources& sources);

/// This process' environment.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> process_environment();

}  // namespace godwit::app
