#include <CLI/CLI.hpp>

#include "app/commands/command.hpp"
#include "app/commands/config_flags.hpp"
#include "app/serve.hpp"

namespace godwit::app {
namespace {

struct ServeFlags : ConfigFlags {
  std::string roles;
};

Result<Loaded> read_settings(const ServeFlags& flags) {
  TRY(auto sources, flags.sources());
  if (!flags.roles.empty()) sources.flags.push_back({"roles", flags.roles, "flag --roles"});
  return load(sources);
}

int run_serve(const ServeFlags& flags) {
  const auto settings = read_settings(flags);
  if (!settings) return report(settings.error());
  return serve(*settings, [flags] { return read_settings(flags); });
}

}  // namespace

void add_serve(CLI::App& root, Action& action) {
  auto* command =
      root.add_subcommand("serve", "Run the server: all roles in one process, or some of them beside other processes");
  const auto flags = std::make_shared<ServeFlags>();
  flags->add_all(*command);
  command->add_option("--roles", flags->roles, "Roles to run, separated by commas (roles)")->type_name("ROLE,...");
  command->footer(R"(Signals: SIGTERM drains and exits within 10 seconds, SIGHUP reads the settings again.

Examples:
  godwit serve
  godwit serve --data /var/lib/godwit --listen 0.0.0.0:8080
  godwit serve --config godwit.toml --set log.level=debug
  godwit serve --config cluster.toml --roles gateway,user)");
  command->callback([flags, &action] { action = [flags] { return run_serve(*flags); }; });
}

}  // namespace godwit::app
