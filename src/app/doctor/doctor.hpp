#pragma once
#include <string>
#include <vector>

#include "app/config/load.hpp"
#include "base/clock.hpp"

namespace godwit::app {

enum class Severity : bool { warning, error };  ///< error: the server cannot run well, or not at all

/// One thing that is wrong.
struct Finding {
  Severity severity;
  std::string where;  ///< a setting with its origin, a file, an address
  std::string what;
  std::string todo;
};

using Findings = std::vector<Finding>;

/// Everything: the settings, and if they are good what they point at.
[[nodiscard]] Findings examine(const Sources& sources);

/// The parts, each for itself. None changes anything.
[[nodiscard]] Findings examine_directory(const std::string& data);  ///< there, ours, closed to others, with room
[[nodiscard]] Findings examine_key_files(const std::string& data);  ///< secrets closed to others
[[nodiscard]] Findings examine_stores(const std::string& data);  ///< checksums and indexes; skipped while a server runs
[[nodiscard]] Findings examine_search_index(const std::string& data);  ///< whole; also while a server runs
[[nodiscard]] Findings examine_port(const std::string& setting, const Address& address);
/// The ports of the server that holds the data directory: a godwit answers there, and it is ready.
[[nodiscard]] Findings examine_running(const Config& config);
[[nodiscard]] Findings examine_limits(const Config& config, std::uint64_t open_files);
[[nodiscard]] Findings examine_clock(Millis now, Millis newest_file);

}  // namespace godwit::app
