#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/config/load.hpp"
#include "app/server/house.hpp"
#include "base/clock.hpp"

namespace godwit::app {

enum class Severity : char {
  note,  ///< nothing is wrong: what was seen
  warning,
  error,  ///< the server cannot run well, or not at all
};

/// One thing that is wrong, or a note.
struct Finding {
  Severity severity;
  std::string where;  ///< a setting with its origin, a file, an address
  std::string what;
  std::string todo;  ///< empty: nothing is to be done
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

/// Where a clock stands, by ours: of a process, or of an engine's machine.
struct ClockReading {
  std::string of;
  Millis ahead = 0;
};
/// The engines of many processes: reached, and as `serve` wants them.
[[nodiscard]] Findings examine_engines(const Config& config, std::vector<ClockReading>& clocks);
/// The processes of the house: who is missing, what they wait for, and whether they are alike.
[[nodiscard]] Findings examine_processes(const Config& config, std::vector<ClockReading>& clocks);
/// The second part of it, of what they told. `version`, `settings`: of who asks.
[[nodiscard]] Findings compare_processes(const HouseView& view, std::string_view version,
                                         const std::vector<std::pair<std::string, std::string>>& settings);
/// Which differ from the rest, by more than a second (warning), by more than five (error).
[[nodiscard]] Findings compare_clocks(const std::vector<ClockReading>& clocks);

}  // namespace godwit::app
