#pragma once
#include <functional>
#include <memory>
#include <string>

#include "app/commands/command_line.hpp"
#include "base/error.hpp"

namespace CLI {
class App;
}

namespace godwit::app {

/// What the chosen command does, set while the command line is parsed; runs when all of it was understood.
using Action = std::function<int()>;

/// Each adds one verb with its options, help and examples.
void add_serve(CLI::App& root, Action& action);
void add_chat(CLI::App& root, Action& action);
void add_admin(CLI::App& root, Action& action);
void add_config(CLI::App& root, Action& action);
void add_doctor(CLI::App& root, Action& action);
void add_completion(CLI::App& root, Action& action);

/// The whole tree: `godwit` and all verbs.
[[nodiscard]] std::unique_ptr<CLI::App> make_command_tree(Action& action);

/// Says on stderr why a command failed; kExitUsage where the settings or arguments are to blame, else kExitFailed.
int report(const Error& error);

}  // namespace godwit::app
