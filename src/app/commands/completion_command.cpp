#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "app/commands/command.hpp"
#include "app/commands/completion.hpp"

namespace godwit::app {
namespace {

int print_script(const CommandShape& root, const std::string& shell) {
  const auto complete = shell == "zsh" ? complete_zsh : shell == "fish" ? complete_fish : complete_bash;
  fmt::print("{}", complete(root));
  return kExitOk;
}

}  // namespace

void add_completion(CLI::App& root, Action& action) {
  auto* command = root.add_subcommand("completion", "Print a completion script for a shell");
  const auto shell = std::make_shared<std::string>();
  command->add_option("shell", *shell, "bash, zsh or fish")->required()->check(CLI::IsMember({"bash", "zsh", "fish"}));
  command->footer(R"sh(Examples:
  source <(godwit completion bash)
  godwit completion zsh > "${fpath[1]}/_godwit"
  godwit completion fish > ~/.config/fish/completions/godwit.fish)sh");
  command->callback(
      [shell, &root, &action] { action = [shell, &root] { return print_script(shape_of(root), *shell); }; });
}

}  // namespace godwit::app
