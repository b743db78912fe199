#include "app/commands/config_flags.hpp"

#include <CLI/CLI.hpp>

namespace godwit::app {

void ConfigFlags::add_file(CLI::App& command) {
  command.add_option("--config", file, "Settings from this TOML file")->type_name("FILE");
}

void ConfigFlags::add_data(CLI::App& command) {
  command.add_option("--data", data, "Directory of everything that is kept (storage.data)")->type_name("DIR");
}

void ConfigFlags::add_all(CLI::App& command) {
  add_file(command);
  add_data(command);
  command.add_option("--listen", listen, "Where clients connect (http.listen)")->type_name("ADDR:PORT");
  command.add_option("--admin", admin, "Where health, metrics and `godwit admin` are answered (admin.listen)")
      ->type_name("ADDR:PORT");
  command.add_flag("--debug-echo", debug_echo, "Answer /debug/echo with its own messages; loopback only (debug.echo)");
  command.add_option("--set", set, "Any other setting")->type_name("NAME=VALUE")->allow_extra_args(false);
}

Result<Sources> ConfigFlags::sources() const {
  Sources sources{.environment = process_environment()};
  if (!file.empty()) sources.file = file;
  for (const auto& one : set) {
    const auto equals = one.find('=');
    if (equals == std::string::npos)
      return fail(Code::bad_parameter, "flag --set: write NAME=VALUE, as in --set log.level=debug");
    sources.flags.push_back({one.substr(0, equals), one.substr(equals + 1), "flag --set"});
  }
  if (!data.empty()) sources.flags.push_back({"storage.data", data, "flag --data"});
  if (!listen.empty()) sources.flags.push_back({"http.listen", listen, "flag --listen"});
  if (!admin.empty()) sources.flags.push_back({"admin.listen", admin, "flag --admin"});
  if (debug_echo) sources.flags.push_back({"debug.echo", "true", "flag --debug-echo"});
  return sources;
}

}  // namespace godwit::app
