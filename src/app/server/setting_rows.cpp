#include <algorithm>

#include "app/config/setting.hpp"
#include "app/server/console.hpp"
#include "base/utf8.hpp"

namespace godwit::app {
namespace {

/// Of an origin as `load` writes it: "flag --listen", "environment GODWIT_…", else a line of the file.
std::string source_of(const Loaded& settings, std::string_view name) {
  const auto origin = settings.origins.find(name);
  if (origin == settings.origins.end()) return "default";
  for (const std::string kind : {"flag", "environment"}) {
    if (origin->second.starts_with(kind + " ")) return kind;
  }
  return "file";
}

/// A setting's value as TOML has it is JSON, too; a path in another encoding is shown as nothing.
std::string json_of(const Config& config, const Setting& setting) {
  auto text = setting.secret == Secret::yes ? std::string() : app::show(config, setting);
  return text.empty() || !is_utf8(text) ? "null" : text;
}

}  // namespace

std::vector<SettingRow> rows_of(const Loaded& settings) {
  std::vector<SettingRow> rows;
  const Config defaults;
  for (const auto& setting : app::settings()) {
    rows.push_back({.name = std::string(setting.name),
                    .value = json_of(settings.config, setting),
                    .standard = json_of(defaults, setting),
                    .source = source_of(settings, setting.name),
                    .doc = std::string(setting.doc),
                    .reloads = setting.reloads == Reloads::yes,
                    .secret = setting.secret == Secret::yes});
  }
  std::ranges::sort(rows, {}, &SettingRow::name);
  return rows;
}

}  // namespace godwit::app
