#include <CLI/CLI.hpp>

#include "app/commands/command.hpp"
#include "app/commands/config_flags.hpp"
#include "app/serve.hpp"

namespace godwit::app {
namespace {

struct ServeFlags : ConfigFlags {
  std::string roles = "all";
};

Result<Loaded> read_settings(const ConfigFlags& flags) {
  TRY(const auto sources, flags.sources());
  return load(sources);
}

int run_serve(const ServeFlags& flags) {
  if (flags.roles != "all") {
    return report(
        {.code = Code::bad_parameter,
         .detail = "--roles " + flags.roles +
                   ": this version serves all roles in one process. A role alone needs the "
                   "distributed engines, which it does not have yet; leave --roles out, or give --roles all"});
  }
  const auto settings = read_settings(flags);
  if (!settings) return report(settings.error());
  return serve(*settings, [flags] { return read_settings(flags); });
}

}  // namespace

void add_serve(CLI::App& root, Action& action) {
  auto* command = root.add_subcommand("serve", "Run the server: all roles in one process, on embedded stores");
  const auto flags = std::make_shared<ServeFlags>();
  flags->add_all(*command);
  command->add_option("--roles", flags->roles, "Roles to run; this version has `all`")->type_name("all");
  command->footer(R"(Signals: SIGTERM drains and exits within 10 seconds, SIGHUP reads the settings again.

Examples:
  godwit serve
  godwit serve --data /var/lib/godwit --listen 0.0.0.0:8080
  godwit serve --config godwit.toml --set log.level=debug)");
  command->callback([flags, &action] { action = [flags] { return run_serve(*flags); }; });
}

}  // namespace godwit::app
