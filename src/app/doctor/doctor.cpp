#include "app/doctor/doctor.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "app/maintenance/data_lock.hpp"

namespace godwit::app {
namespace {

namespace fs = std::filesystem;

Findings about_settings(const Error& error) {
  Findings findings;
  std::istringstream lines(error.detail);
  for (std::string line; std::getline(lines, line);) {
    const auto colon = line.find(": ");
    const bool split = colon != std::string::npos;
    findings.push_back({Severity::error, split ? line.substr(0, colon) : "settings",
                        split ? line.substr(colon + 2) : line,
                        "Correct it there; `godwit config doc` explains every setting."});
  }
  return findings;
}

std::uint64_t open_file_limit() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_max;  // serve raises its own limit up to this
}

Millis newest_file(const std::string& data) {
  using namespace std::chrono;
  Millis newest = 0;
  std::error_code problem;
  for (const auto& entry : fs::directory_iterator(data, problem)) {
    const auto written = entry.last_write_time(problem);
    if (problem) continue;
    newest =
        std::max<Millis>(newest, duration_cast<milliseconds>(file_clock::to_sys(written).time_since_epoch()).count());
  }
  return newest;
}

/// Whether a server works on the directory.
bool is_held(const std::string& data) {
  if (std::error_code problem; !fs::exists(fs::path(data) / "LOCK", problem)) return false;
  const auto lock = DataLock::take(data);
  return !lock && lock.error().code == Code::unavailable;
}

void append(Findings& all, Findings more) { std::ranges::move(more, std::back_inserter(all)); }

/// One process on embedded stores: its directory, its ports.
void examine_one(const Config& config, Findings& all) {
  // A warning about the directory (its mode, say) is no reason not to look into it.
  if (std::ranges::none_of(all, [](const Finding& finding) { return finding.severity == Severity::error; })) {
    append(all, examine_key_files(config.storage.data));
    append(all, examine_stores(config.storage.data));
    append(all, examine_search_index(config.storage.data));
  }
  if (is_held(config.storage.data)) {
    append(all, examine_running(config));
  } else {
    append(all, examine_port("http.listen", config.http.listen));
    append(all, examine_port("admin.listen", config.admin.listen));
  }
}

/// One of many: what all of them stand on, and the others.
void examine_many(const Config& config, Findings& all) {
  std::vector<ClockReading> clocks{{.of = "this machine", .ahead = 0}};
  append(all, examine_engines(config, clocks));
  append(all, examine_processes(config, clocks));
  append(all, compare_clocks(clocks));
}

}  // namespace

Findings examine(const Sources& sources) {
  const auto loaded = load(sources);
  if (!loaded) return about_settings(loaded.error());
  const auto& config = loaded->config;
  Findings all = examine_directory(config.storage.data);
  if (config.engines == "embedded")
    examine_one(config, all);
  else
    examine_many(config, all);
  append(all, examine_limits(config, open_file_limit()));
  append(all, examine_clock(SystemClock().now(), newest_file(config.storage.data)));
  return all;
}

}  // namespace godwit::app
