#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "app/commands/command.hpp"
#include "app/commands/config_flags.hpp"
#include "app/commands/printable.hpp"
#include "app/doctor/doctor.hpp"

namespace godwit::app {
namespace {

std::string_view word_of(Severity severity) {
  constexpr std::string_view kWords[] = {"note ", "WARN ", "ERROR"};
  return kWords[static_cast<std::size_t>(severity)];
}

int print(const std::vector<Finding>& findings) {
  const auto count = [&findings](Severity severity) {
    return std::ranges::count(findings, severity, &Finding::severity);
  };
  for (const auto& finding : findings) {
    fmt::print("{} {}: {}\n", word_of(finding.severity), printable(finding.where), printable(finding.what));
    if (!finding.todo.empty()) fmt::print("      {}\n", printable(finding.todo));
  }
  const auto errors = count(Severity::error), warnings = count(Severity::warning);
  if (errors + warnings == 0)
    fmt::print("All is well.\n");
  else
    fmt::print("{} {}, {} {}\n", errors, errors == 1 ? "error" : "errors", warnings,
               warnings == 1 ? "warning" : "warnings");
  return errors == 0 ? kExitOk : kExitFailed;
}

int run_doctor(const ConfigFlags& flags) {
  const auto sources = flags.sources();
  return sources ? print(examine(*sources)) : report(sources.error());
}

}  // namespace

void add_doctor(CLI::App& root, Action& action) {
  auto* command = root.add_subcommand("doctor",
                                      "Say what is wrong with settings, files, ports and limits, with engines and the "
                                      "other processes where there are any, "
                                      "and what to do about it");
  const auto flags = std::make_shared<ConfigFlags>();
  flags->add_all(*command);
  command->footer(R"(Exits with 1 where something keeps the server from running, with 0 otherwise.

Examples:
  godwit doctor
  godwit doctor --data /var/lib/godwit --config /etc/godwit.toml
  godwit doctor --config cluster.toml)");
  command->callback([flags, &action] { action = [flags] { return run_doctor(*flags); }; });
}

}  // namespace godwit::app
