#include "app/config/load.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "app/config/consistency.hpp"
#include "app/config/nearest.hpp"
#include "app/config/toml_file.hpp"

namespace godwit::app {
namespace {

constexpr std::string_view kPrefix = "GODWIT_";
constexpr std::string_view kOfChat =
    "GODWIT_PASSWORD";  ///< `godwit chat` reads it; where it is exported, the server does not mind

/// What was read so far, and every complaint about it.
struct Reading {
  Loaded loaded;
  std::vector<std::string> problems;

  void complain(const std::string& origin, const std::string& what) { problems.push_back(origin + ": " + what); }

  void take(const Setting& setting, const Value& value, const std::string& origin) {
    if (auto taken = assign(loaded.config, setting, value); !taken) return complain(origin, taken.error().detail);
    loaded.origins[std::string(setting.name)] = origin;
  }
};

std::string unknown(std::string_view kind, const std::string& name, const std::vector<std::string>& known) {
  const auto near = nearest(name, {known.begin(), known.end()});
  return fmt::format("unknown {} {}{}", kind, name,
                     near.empty() ? "; `godwit config doc` lists all" : fmt::format("; did you mean {}?", near));
}

std::vector<std::string> names_of_settings() {
  std::vector<std::string> names;
  for (const auto& setting : settings()) names.emplace_back(setting.name);
  return names;
}

void read_file(Reading& reading, const std::string& path) {
  const auto entries = read_toml(path);
  if (!entries) return reading.problems.push_back(entries.error().detail);
  for (const auto& entry : *entries) {
    const auto* setting = find_setting(entry.name);
    if (setting == nullptr) {
      reading.complain(entry.line, unknown("setting", entry.name, names_of_settings()));
    } else if (!entry.value) {
      reading.complain(entry.line, fmt::format("{} must be {}", entry.name, expectation(*setting)));
    } else {
      reading.take(*setting, *entry.value, entry.line);
    }
  }
}

void read_environment(Reading& reading, const Sources& sources) {
  std::vector<std::string> known;
  for (const auto& setting : settings()) known.push_back(variable_of(setting.name));
  for (const auto& [variable, text] : sources.environment) {
    if (!variable.starts_with(kPrefix) || variable == kOfChat) continue;
    const auto found = std::ranges::find(known, variable);
    if (found != known.end()) {
      reading.take(settings()[static_cast<std::size_t>(found - known.begin())], text, "environment " + variable);
    } else if (!sources.foreign_variables) {
      reading.complain("environment", unknown("variable", variable, known));
    }
  }
}

void read_flags(Reading& reading, const std::vector<Given>& flags) {
  for (const auto& flag : flags) {
    const auto* setting = find_setting(flag.name);
    if (setting == nullptr) {
      reading.complain(flag.origin, unknown("setting", flag.name, names_of_settings()));
    } else {
      reading.take(*setting, flag.text, flag.origin);
    }
  }
}

}  // namespace

Result<Loaded> load(const Sources& sources) {
  Reading reading;
  if (sources.file) read_file(reading, *sources.file);
  read_environment(reading, sources);
  read_flags(reading, sources.flags);
  if (reading.problems.empty()) reading.problems = inconsistencies(reading.loaded);
  if (!reading.problems.empty()) return fail(Code::bad_parameter, fmt::format("{}", fmt::join(reading.problems, "\n")));
  return std::move(reading.loaded);
}

std::vector<std::pair<std::string, std::string>> process_environment() {
  std::vector<std::pair<std::string, std::string>> all;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const auto equals = text.find('=');
    if (equals != std::string_view::npos) all.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return all;
}

}  // namespace godwit::app
