#include "app/config/render.hpp"

#include <fmt/format.h>

#include <optional>

namespace godwit::app {
namespace {

/// Empty for settings above all sections, which come first.
std::string_view section_of(const Setting& setting) {
  const auto dot = setting.name.find('.');
  return dot == std::string_view::npos ? std::string_view() : setting.name.substr(0, dot);
}
std::string_view key_of(const Setting& setting) { return setting.name.substr(setting.name.find('.') + 1); }

/// Calls `section(name)` before the first setting of each section, and `entry(setting)` for every one.
template <class OnSection, class OnEntry>
void walk(OnSection section, OnEntry entry) {
  std::optional<std::string_view> last;
  for (const auto& setting : settings()) {
    if (section_of(setting) != last) section(*(last = section_of(setting)));
    entry(setting);
  }
}

constexpr std::string_view kPreface =
    R"(# Settings

<!-- Written by `godwit config doc`; the declarations are in src/app/config/settings.cpp. -->

A setting comes from, later ones winning: its default, the TOML file of `--config`, its environment variable, a flag of
`godwit serve`. Unknown names are errors. `godwit config default` writes a file to start from, `godwit config check`
tries one, `godwit config print` shows what is in force and where each value came from. Settings marked *reload* follow
`SIGHUP`; the others need a restart. Times are in seconds and may be fractions.
)";

}  // namespace

std::string render_reference() {
  std::string out(kPreface);
  const Config defaults;
  walk(
      [&](std::string_view section) {
        out += fmt::format("\n## {}\n\n| setting | default | must be | what it does |\n|---|---|---|---|\n",
                           section.empty() ? "Above all sections" : section);
      },
      [&](const Setting& setting) {
        out += fmt::format("| `{}`<br>`{}` | `{}` | {} | {}{}{} |\n", setting.name, variable_of(setting.name),
                           show(defaults, setting), expectation(setting), setting.doc,
                           setting.reloads == Reloads::yes ? " *reload*" : "",
                           setting.secret == Secret::yes ? " *secret*" : "");
      });
  return out;
}

std::string render_default_file() {
  std::string out = "# Settings of godwit. What is commented out is the default. See `godwit config doc`.\n";
  const Config defaults;
  walk([&](std::string_view section) { out += section.empty() ? "\n" : fmt::format("\n[{}]\n", section); },
       [&](const Setting& setting) {
         out += fmt::format("# {} Must be {}.\n# {} = {}\n", setting.doc, expectation(setting), key_of(setting),
                            show(defaults, setting));
       });
  return out;
}

std::string render_in_force(const Loaded& loaded) {
  std::string out;
  walk([&](std::string_view section) { out += section.empty() ? "" : fmt::format("\n[{}]\n", section); },
       [&](const Setting& setting) {
         const auto value = show(loaded.config, setting);
         const bool masked = setting.secret == Secret::yes && value != R"("")";
         const auto origin = loaded.origins.find(setting.name);
         out += fmt::format("{} = {}  # {}\n", key_of(setting), masked ? R"("***")" : value,
                            origin == loaded.origins.end() ? "default" : origin->second);
       });
  return out;
}

}  // namespace godwit::app
