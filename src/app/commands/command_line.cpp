#include "app/commands/command_line.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "app/commands/command.hpp"
#include "app/config/nearest.hpp"

namespace godwit::app {
namespace {

/// Follows the arguments down the tree to the first word that is no command there, and names the nearest one that is;
/// empty where the mistake is of another kind.
std::string did_you_mean(const CLI::App& root, const std::vector<std::string>& arguments) {
  const auto* command = &root;
  for (const auto& word : arguments) {
    std::vector<std::string> names;
    const bool flag = word.starts_with("-");
    if (flag) {
      for (const auto* option : command->get_options()) names.push_back(option->get_name());
    } else {
      for (const auto* child : command->get_subcommands({})) names.push_back(child->get_name());
    }
    if (const auto found = std::ranges::find(names, word.substr(0, word.find('='))); found != names.end()) {
      if (!flag) command = command->get_subcommand(word);
      continue;
    }
    if (names.empty()) continue;  // the value of an option
    const auto near = nearest(word, {names.begin(), names.end()});
    return near.empty() ? "" : fmt::format("did you mean `{}`?", near);
  }
  return {};
}

int explain(const CLI::App& root, const CLI::ParseError& error, const std::vector<std::string>& arguments) {
  if (error.get_exit_code() == 0) return root.exit(error);  // --help, --version
  const auto hint = did_you_mean(root, arguments);
  fmt::print(stderr, "godwit: {}\n{}{}`godwit --help` and `godwit COMMAND --help` show what there is.\n", error.what(),
             hint, hint.empty() ? "" : "\n");
  return kExitUsage;
}

}  // namespace

std::unique_ptr<CLI::App> make_command_tree(Action& action) {
  auto root = std::make_unique<CLI::App>("A real-time messaging and push server.", "godwit");
  root->set_version_flag("--version", "godwit " GODWIT_VERSION);
  root->footer(R"(Examples:
  godwit serve                        run the server at http://127.0.0.1:8080
  godwit chat --key ada --register    make an account and talk
  godwit admin users                  who is there
  godwit doctor                       what is wrong with settings, files, ports)");
  for (auto* add : {add_serve, add_chat, add_admin, add_config, add_doctor, add_completion}) add(*root, action);
  return root;
}

int report(const Error& error) {
  fmt::print(stderr, "godwit: {}\n", error.detail.empty() ? info(error.code).title : error.detail);
  return error.code == Code::bad_parameter ? kExitUsage : kExitFailed;
}

int run_command_line(const std::vector<std::string>& arguments) {
  Action action;
  const auto root = make_command_tree(action);
  try {
    root->parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));  // CLI11 takes them last first
  } catch (const CLI::ParseError& error) {
    return explain(*root, error, arguments);
  }
  if (action) return action();
  fmt::print(stderr, "{}", root->help());
  return kExitUsage;
}

}  // namespace godwit::app
