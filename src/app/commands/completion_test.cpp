#include "app/commands/completion.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "app/commands/command.hpp"

namespace godwit::app {
namespace {

CommandShape whole_tree() {
  Action action;
  return shape_of(*make_command_tree(action));
}

void each_command(const CommandShape& command, const std::string& path, const auto& visit) {
  visit(path, command);
  for (const auto& child : command.children)
    each_command(child, path.empty() ? child.name : path + " " + child.name, visit);
}

/// What a shell prints for a script; "" where there is no such shell.
std::string run(const std::string& shell, const std::string& script) {
  const auto path = std::filesystem::temp_directory_path() / ("godwit-completion-" + std::to_string(::getpid()));
  std::ofstream(path) << script;
  std::string out;
  if (auto* pipe = ::popen((shell + " " + path.string() + " 2>&1").c_str(), "r")) {
    for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) out += static_cast<char>(c);
    out += ::pclose(pipe) == 0 ? "" : " (failed)";
  }
  std::filesystem::remove(path);
  return out;
}

/// What bash offers for the last of `words`.
std::string offered(const std::string& words) {
  return run("bash", complete_bash(whole_tree()) + "\nCOMP_WORDS=(" + words +
                         ")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n_godwit\necho \"${COMPREPLY[*]}\"\n");
}

}  // namespace

TEST_CASE("the tree has every verb, and each has help with an example") {
  Action action;
  const auto tree = make_command_tree(action);
  for (const auto* name : {"serve", "chat", "admin", "config", "doctor", "completion"})
    CHECK(tree->get_subcommand(name) != nullptr);
  const std::function<void(const CLI::App&)> look = [&](const CLI::App& command) {
    CAPTURE(command.get_name());
    CHECK_FALSE(command.get_description().empty());
    CHECK(command.get_footer().find("Example") != std::string::npos);
    CHECK(command.get_footer().find("godwit ") != std::string::npos);
    for (const auto* child : command.get_subcommands({})) look(*child);
  };
  look(*tree);
}

TEST_CASE("every command and option occurs in every shell's script") {
  const auto tree = whole_tree();
  const auto bash = complete_bash(tree), zsh = complete_zsh(tree), fish = complete_fish(tree);
  each_command(tree, "", [&](const std::string& path, const CommandShape& command) {
    CAPTURE(path);
    const auto bash_case = bash.find("    \"" + path + "\") words=");
    const auto zsh_case = zsh.find("    '" + path + "') entries=");
    REQUIRE(bash_case != std::string::npos);
    REQUIRE(zsh_case != std::string::npos);
    CHECK(fish.find("__godwit_at \"" + path + "\"") != std::string::npos);
    for (const auto& option : command.options) {
      CAPTURE(option.name);
      CHECK(bash.substr(bash_case, bash.find('\n', bash_case) - bash_case).find(option.name) != std::string::npos);
      CHECK(zsh.substr(zsh_case, zsh.find('\n', zsh_case) - zsh_case).find("'" + option.name + ":") !=
            std::string::npos);
      CHECK(fish.find("\"" + path + "\"' -l " + option.name.substr(2) + " ") != std::string::npos);
    }
  });
}

TEST_CASE("bash completes verbs, verbs of verbs, and options") {
  CHECK(run("bash -n", complete_bash(whole_tree())).empty());
  CHECK(offered("godwit se") == "serve\n");
  CHECK(offered("godwit admin l") == "load-test-data\n");
  CHECK(offered("godwit admin --admin 127.0.0.1:1 ba") == "backup\n");
  CHECK(offered("godwit admin backup --o") == "--out\n");
  CHECK(offered("godwit admin backup --da") == "--data\n");             // its parent's
  CHECK(offered("godwit admin users grant-admin --da") == "--data\n");  // and that one's parent's
  CHECK(offered("godwit admin users gr") == "grant-admin\n");
  CHECK(offered("godwit config p") == "print\n");
}

TEST_CASE("zsh and fish take their scripts, where they are installed") {
  if (run("command -v zsh #", "") != " (failed)") CHECK(run("zsh -n", complete_zsh(whole_tree())).empty());
  if (run("command -v fish #", "") != " (failed)") CHECK(run("fish -n", complete_fish(whole_tree())).empty());
}

}  // namespace godwit::app
