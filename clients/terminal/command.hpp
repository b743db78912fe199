#pragma once
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace godwit::chat {

enum class Verb {
  open,
  friends,
  requests,
  add,
  approve,
  reject,
  block,
  unblock,
  remove,
  alias,
  group,
  groups,
  join,
  members,
  leave,
  notice,
  mute,
  role,
  kick,
  rename,
  dissolve,
  recall,
  reply,
  search,
  history,
  read,
  retry,
  who,
  me,
  name,
  devices,
  logout,
  password,
  help,
  quit,
};

struct CommandInfo {
  Verb verb;
  std::string_view name;   ///< without the slash
  std::string_view usage;  ///< arguments
  std::string_view help;
  std::size_t least = 0;  ///< arguments needed
};
[[nodiscard]] std::span<const CommandInfo> commands();

/// A line that begins with a slash, taken apart. Words may be held together by "quotes".
struct Command {
  const CommandInfo* info = nullptr;
  std::vector<std::string> words;  ///< the arguments
  std::string rest;                ///< everything behind the name, as it was written

  [[nodiscard]] std::string word(std::size_t i) const { return i < words.size() ? words[i] : std::string(); }
  /// What stands behind the first `n` words, as it was written; one word's quotes taken off.
  [[nodiscard]] std::string after(std::size_t n) const;
};
struct Text {
  std::string text;
};  ///< to be sent ("//…" sends "/…")
struct Mistake {
  std::string what;
};  ///< in plain words, with a suggestion where there is one
struct Nothing {};  ///< an empty line
using Line = std::variant<Nothing, Text, Command, Mistake>;

[[nodiscard]] Line parse_line(std::string_view line);
/// The command of that name that is nearest, or none: two slips of the finger at most.
[[nodiscard]] const CommandInfo* nearest_command(std::string_view name);
/// What a started word could become: "/op" → "/open ". The same again where there is not exactly one.
[[nodiscard]] std::string complete_command(std::string_view line);

}  // namespace godwit::chat
