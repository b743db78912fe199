#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "app/commands/command.hpp"
#include "app/commands/config_flags.hpp"
#include "app/doctor/doctor.hpp"

namespace godwit::app {
namespace {

int print(const std::vector<Finding>& findings) {
  std::size_t errors = 0;
  for (const auto& finding : findings) {
    errors += finding.severity == Severity::error ? 1 : 0;
    fmt::print("{} {}: {}\n      {}\n", finding.severity == Severity::error ? "ERROR" : "WARN ", finding.where,
               finding.what, finding.todo);
  }
  if (findings.empty())
    fmt::print("All is well.\n");
  else
    fmt::print("{} {}, {} {}\n", errors, errors == 1 ? "error" : "errors", findings.size() - errors,
               findings.size() - errors == 1 ? "warning" : "warnings");
  return errors == 0 ? kExitOk : kExitFailed;
}

int run_doctor(const ConfigFlags& flags) {
  const auto sources = flags.sources();
  return sources ? print(examine(*sources)) : report(sources.error());
}

}  // namespace

void add_doctor(CLI::App& root, Action& action) {
  auto* command = root.add_subcommand(
      "doctor", "Say what is wrong with settings, files, ports and limits, and what to do about it");
  const auto flags = std::make_shared<ConfigFlags>();
  flags->add_all(*command);
  command->footer(R"(Exits with 1 where something keeps the server from running, with 0 otherwise.

Examples:
  godwit doctor
  godwit doctor --data /var/lib/godwit --config /etc/godwit.toml)");
  command->callback([flags, &action] { action = [flags] { return run_doctor(*flags); }; });
}

}  // namespace godwit::app
