#include <fmt/format.h>

#include <functional>

#include "app/commands/completion.hpp"

namespace godwit::app {
namespace {

/// Calls `visit(path, command)` for every command; the root's path is empty, others' words are joined by spaces.
void walk(const CommandShape& command, const std::string& path,
          const std::function<void(const std::string&, const CommandShape&)>& visit) {
  visit(path, command);
  for (const auto& child : command.children) walk(child, path.empty() ? child.name : path + " " + child.name, visit);
}

std::string words_of(const CommandShape& command) {
  std::string words;
  for (const auto& child : command.children) words += (words.empty() ? "" : " ") + child.name;
  for (const auto& option : command.options) words += (words.empty() ? "" : " ") + option.name;
  return words;
}

std::string options_with_value(const CommandShape& root) {
  std::string pattern;
  walk(root, "", [&](const std::string&, const CommandShape& command) {
    for (const auto& option : command.options) {
      if (option.takes_value && ("|" + pattern + "|").find("|" + option.name + "|") == std::string::npos) {
        pattern += (pattern.empty() ? "" : "|") + option.name;
      }
    }
  });
  return pattern;
}

/// In single quotes, for zsh and fish.
std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string zsh_help(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == ':' || c == '[' || c == ']' ? std::string("\\") + c : std::string(1, c);
  return out;
}

}  // namespace

std::string complete_bash(const CommandShape& root) {
  std::string cases;
  walk(root, "", [&](const std::string& path, const CommandShape& command) {
    cases += fmt::format("    \"{}\") words=\"{}\" ;;\n", path, words_of(command));
  });
  std::string paths;
  walk(root, "", [&](const std::string& path, const CommandShape&) {
    if (!path.empty()) paths += (paths.empty() ? "\"" : "|\"") + path + "\"";
  });
  return fmt::format(R"(# bash completion of godwit: source <(godwit completion bash)
_godwit() {{
  local word="${{COMP_WORDS[COMP_CWORD]}}" before="${{COMP_WORDS[COMP_CWORD-1]}}" path="" words="" i next
  for ((i = 1; i < COMP_CWORD; i++)); do
    next="${{path:+$path }}${{COMP_WORDS[i]}}"
    case "$next" in {}) path="$next" ;; esac
  done
  COMPREPLY=()
  case "$before" in {}) mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;; esac
  case "$path" in
{}  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}}
complete -o filenames -F _godwit godwit
)",
                     paths, options_with_value(root), cases);
}

std::string complete_zsh(const CommandShape& root) {
  std::string cases, paths;
  walk(root, "", [&](const std::string& path, const CommandShape& command) {
    std::string entries;
    for (const auto& child : command.children) entries += " " + quoted(child.name + ":" + zsh_help(child.help));
    for (const auto& option : command.options) entries += " " + quoted(option.name + ":" + zsh_help(option.help));
    cases += fmt::format("    {}) entries=({}) ;;\n", quoted(path), entries);
    if (!path.empty()) paths += (paths.empty() ? "" : "|") + quoted(path);
  });
  return fmt::format(R"(#compdef godwit
# zsh completion of godwit: godwit completion zsh > "${{fpath[1]}}/_godwit"
_godwit() {{
  local path_so_far="" next i
  local -a entries
  for ((i = 2; i < CURRENT; i++)); do
    next="${{path_so_far:+$path_so_far }}${{words[i]}}"
    case "$next" in ({}) path_so_far="$next" ;; esac
  done
  case "${{words[CURRENT-1]}}" in ({}) _files; return ;; esac
  case "$path_so_far" in
{}  esac
  _describe 'godwit' entries
}}
compdef _godwit godwit
)",
                     paths, options_with_value(root), cases);
}

std::string complete_fish(const CommandShape& root) {
  std::string out = R"(# fish completion of godwit: godwit completion fish > ~/.config/fish/completions/godwit.fish
function __godwit_at
    set -l words (commandline -opc)
    set -l path
    for word in $words[2..-1]
        string match -q -- '-*' $word; or set -a path $word
    end
    test "$path" = "$argv[1]"
end
complete -c godwit -f
)";
  walk(root, "", [&](const std::string& path, const CommandShape& command) {
    const auto condition = quoted("__godwit_at \"" + path + "\"");
    for (const auto& child : command.children) {
      out += fmt::format("complete -c godwit -n {} -a {} -d {}\n", condition, child.name, quoted(child.help));
    }
    for (const auto& option : command.options) {
      out += fmt::format("complete -c godwit -n {} -l {} -d {}{}\n", condition, option.name.substr(2),
                         quoted(option.help), option.takes_value ? " -r -F" : "");
    }
  });
  return out;
}

}  // namespace godwit::app
