#include <CLI/CLI.hpp>

#include "clients/terminal/chat.hpp"

/// `godwit-chat`: the terminal client alone, for a machine that runs no server.
int main(int argc, char** argv) {
  constexpr int kExitUsage = 2;
  godwit::chat::ChatOptions options{.program = "godwit-chat"};
  CLI::App command("Talk, in this terminal", options.program);
  command.set_version_flag("--version", "godwit-chat " GODWIT_VERSION);
  godwit::chat::add_options(command, options);
  try {
    command.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return command.exit(error) == 0 ? 0 : kExitUsage;
  }
  return godwit::chat::main(options);
}
