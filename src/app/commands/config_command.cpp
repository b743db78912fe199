#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "app/commands/command.hpp"
#include "app/commands/config_flags.hpp"
#include "app/config/render.hpp"

namespace godwit::app {
namespace {

Result<Loaded> load_with(const ConfigFlags& flags) {
  TRY(const auto sources, flags.sources());
  return load(sources);
}

int print(const std::string& text) {
  fmt::print("{}", text);
  return kExitOk;
}

int check(const ConfigFlags& flags) {
  const auto loaded = load_with(flags);
  if (!loaded) return report(loaded.error());
  return print(
      fmt::format("settings are good; {} of them given, the others at their defaults\n", loaded->origins.size()));
}

int print_in_force(const ConfigFlags& flags) {
  const auto loaded = load_with(flags);
  return loaded ? print(render_in_force(*loaded)) : report(loaded.error());
}

}  // namespace

void add_config(CLI::App& root, Action& action) {
  auto* command = root.add_subcommand("config", "Check, explain and show settings");
  command->require_subcommand(1);
  command->footer(R"(Examples:
  godwit config default > godwit.toml
  godwit config check --config godwit.toml
  GODWIT_LOG_LEVEL=debug godwit config print)");
  const auto flags = std::make_shared<ConfigFlags>();
  const auto add = [&](const char* verb, const char* help, bool reads, std::function<int()> run) {
    auto* child = command->add_subcommand(verb, help);
    if (reads) flags->add_all(*child);
    child->footer(std::string("Example:\n  godwit config ") + verb + (reads ? " --config godwit.toml" : ""));
    child->callback([run, &action] { action = run; });
  };
  add("check", "Read all sources and say what is wrong with them", true, [flags] { return check(*flags); });
  add("print", "The settings in force and where each came from; secrets masked", true,
      [flags] { return print_in_force(*flags); });
  add("doc", "The reference page in Markdown", false, [] { return print(render_reference()); });
  add("default", "A TOML file of all defaults, to start from", false, [] { return print(render_default_file()); });
}

}  // namespace godwit::app
