#pragma once
#include <functional>
#include <string>

#include "app/config/config.hpp"
#include "base/error.hpp"

namespace godwit::app {

/// Told what is done, a line each.
using Say = std::function<void(const std::string&)>;

/// Moves a data directory to the engines of `to`, while neither has a server, and compares both sides at the end, row
/// by row. The directory stays as it is. Broken off at any point it goes on where it was when it is called again, and
/// comes to the same; until it is finished no process starts on the engines. Blocks.
///   - unavailable: a server holds the directory, processes run on the engines, an engine does not answer;
///   - bad_parameter: the directory is none, or has dead letters; the engines have something else; another signing key;
///   - internal: both sides differ, naming what.
[[nodiscard]] Result<void> migrate(const std::string& from, const Config& to, const Say& say);

}  // namespace godwit::app
