#include <CLI/CLI.hpp>

#include "app/commands/completion.hpp"

namespace godwit::app {
namespace {

void collect_options(const CLI::App& command, std::vector<CommandShape::Option>& options) {
  for (const auto* option : command.get_options()) {
    if (option->get_lnames().empty()) continue;  // a positional argument
    options.push_back(
        {"--" + option->get_lnames().front(), option->get_description(), option->get_items_expected_max() > 0});
  }
}

}  // namespace

CommandShape shape_of(const CLI::App& command) {
  CommandShape shape{.name = command.get_name(), .help = command.get_description(), .options = {}, .children = {}};
  collect_options(command, shape.options);
  for (const auto* at = &command; at->get_fallthrough() && at->get_parent() != nullptr; at = at->get_parent()) {
    std::vector<CommandShape::Option> inherited;
    collect_options(*at->get_parent(), inherited);
    std::ranges::copy_if(inherited, std::back_inserter(shape.options),
                         [](const auto& option) { return option.name != "--help"; });
  }
  for (const auto* child : command.get_subcommands({})) shape.children.push_back(shape_of(*child));
  return shape;
}

}  // namespace godwit::app
