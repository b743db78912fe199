#include <CLI/CLI.hpp>

#include "app/commands/command.hpp"
#include "clients/terminal/chat.hpp"

namespace godwit::app {

void add_chat(CLI::App& root, Action& action) {
  auto* command = root.add_subcommand("chat", "Talk, in this terminal");
  const auto options = std::make_shared<chat::ChatOptions>();
  chat::add_options(*command, *options);
  command->callback([options, &action] { action = [options] { return chat::main(*options); }; });
}

}  // namespace godwit::app
