#pragma once
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace godwit::app {

/// A command line as completion sees it.
struct CommandShape {
  struct Option {
    std::string name;  ///< "--config"
    std::string help;
    bool takes_value = false;
  };
  std::string name, help;
  std::vector<Option> options;
  std::vector<CommandShape> children;
};

/// Of a CLI11 tree; a command that falls through has its parent's options, too.
[[nodiscard]] CommandShape shape_of(const CLI::App& command);

/// Scripts that complete commands and options; files after an option that takes a value.
[[nodiscard]] std::string complete_bash(const CommandShape& root);
[[nodiscard]] std::string complete_zsh(const CommandShape& root);
[[nodiscard]] std::string complete_fish(const CommandShape& root);

}  // namespace godwit::app
