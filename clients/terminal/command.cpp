#include "clients/terminal/command.hpp"

#include <algorithm>
#include <array>
#include <numeric>

namespace godwit::chat {
namespace {
constexpr auto kCommands = std::to_array<CommandInfo>({
    {Verb::open, "open", "KEY | #GROUP | notices", "open a conversation", 1},
    {Verb::friends, "friends", "", "your friends and who is here"},
    {Verb::groups, "groups", "", "your groups"},
    {Verb::requests, "requests", "", "friend and group requests, to you and from you"},
    {Verb::add, "add", "KEY [note]", "ask somebody to be your friend", 1},
    {Verb::approve, "approve", "[N | KEY]", "say yes to a request"},
    {Verb::reject, "reject", "[N | KEY]", "say no to a request"},
    {Verb::block, "block", "[KEY]", "block somebody; alone in a group: who is blocked"},
    {Verb::unblock, "unblock", "[KEY]", "let them write again"},
    {Verb::remove, "remove", "KEY", "end a friendship", 1},
    {Verb::alias, "alias", "[KEY] NAME", "call a friend by a name of your own", 1},
    {Verb::group, "group", "NAME [members…]", "make a group (\"Tea Club\" in quotes)", 1},
    {Verb::join, "join", "GROUP [note]", "ask to join a group by its key", 1},
    {Verb::members, "members", "", "who is in this group"},
    {Verb::notice, "notice", "[text]", "show or set this group's notice"},
    {Verb::rename, "rename", "NAME", "give this group another name", 1},
    {Verb::mute, "mute", "KEY [minutes | off]", "keep a member from writing here", 1},
    {Verb::role, "role", "KEY owner|admin|member", "change a member's role", 2},
    {Verb::kick, "kick", "KEY", "remove a member from this group", 1},
    {Verb::leave, "leave", "", "leave this group"},
    {Verb::dissolve, "dissolve", "yes", "end this group for everybody", 1},
    {Verb::recall, "recall", "[N]", "take a message back; alone: your last"},
    {Verb::reply, "reply", "N text", "answer message N", 2},
    {Verb::search, "search", "text", "find messages in all your conversations", 1},
    {Verb::history, "history", "[n]", "older messages of this conversation"},
    {Verb::read, "read", "", "mark this conversation read"},
    {Verb::retry, "retry", "[drop]", "send again what failed, or forget it"},
    {Verb::who, "who", "[KEY | name]", "whom you talk to; find people"},
    {Verb::me, "me", "", "your profile"},
    {Verb::name, "name", "NAME", "change your name", 1},
    {Verb::devices, "devices", "", "where you are logged in"},
    {Verb::logout, "logout", "[N]", "end this login, or that of device N"},
    {Verb::password, "password", "", "change your password"},
    {Verb::help, "help", "[command]", "this list"},
    {Verb::quit, "quit", "", "leave; what comes meanwhile waits for you"},
});

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n'; }

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

/// Takes the first word off; quotes around it are no part of it.
std::string take_word(std::string_view& rest) {
  rest = trim(rest);
  const bool in_quotes = rest.size() > 1 && rest.front() == '"' && rest.find('"', 1) != std::string_view::npos;
  if (in_quotes) {
    const auto end = rest.find('"', 1);
    std::string word(rest.substr(1, end - 1));
    rest = trim(rest.substr(end + 1));
    return word;
  }
  const auto end = static_cast<std::size_t>(std::ranges::find_if(rest, is_blank) - rest.begin());
  std::string word(rest.substr(0, end));
  rest = trim(rest.substr(end));
  return word;
}

std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0U);
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t change = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({row[j + 1] + 1, row[j] + 1, change});
    }
  }
  return row.back();
}

std::string lower_ascii(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

Line parse_command(std::string_view rest) {
  const std::string name = lower_ascii(take_word(rest));
  const auto info = std::ranges::find(kCommands, std::string_view(name), &CommandInfo::name);
  if (info == kCommands.end()) {
    const auto* near = nearest_command(name);
    return Mistake{
        "there is no /" + name +
        (near != nullptr ? "; did you mean /" + std::string(near->name) + "?" : "; /help lists what there is")};
  }
  Command command{.info = &*info, .words = {}, .rest = std::string(rest)};
  for (std::string_view words = rest; !words.empty();) command.words.push_back(take_word(words));
  if (command.words.size() < info->least)
    return Mistake{"like this: /" + std::string(info->name) + ' ' + std::string(info->usage)};
  return command;
}
}  // namespace

std::span<const CommandInfo> commands() { return kCommands; }

std::string Command::after(std::size_t n) const {
  std::string_view left = rest;
  for (std::size_t i = 0; i < n; ++i) take_word(left);
  std::string_view rest_of_it = left;
  std::string only = take_word(rest_of_it);
  return rest_of_it.empty() ? only : std::string(left);
}

Line parse_line(std::string_view line) {
  const auto text = trim(line);
  if (text.empty()) return Nothing{};
  if (text.starts_with("//")) return Text{std::string(text.substr(1))};
  if (text.front() != '/') return Text{std::string(line)};  // as it was written, indentation too
  return parse_command(text.substr(1));
}

const CommandInfo* nearest_command(std::string_view name) {
  const CommandInfo* best = nullptr;
  std::size_t least = std::min<std::size_t>(3, name.size());
  for (const auto& info : kCommands) {
    if (name.size() >= 2 && info.name.starts_with(name)) return &info;
    if (const auto d = distance(name, info.name); d < least) least = d, best = &info;
  }
  return best;
}

std::string complete_command(std::string_view line) {
  if (!line.starts_with('/') || line.find(' ') != std::string_view::npos) return std::string(line);
  const CommandInfo* only = nullptr;
  for (const auto& info : kCommands) {
    if (!info.name.starts_with(line.substr(1))) continue;
    if (info.name == line.substr(1)) return std::string(line) + ' ';
    if (only != nullptr) return std::string(line);
    only = &info;
  }
  return only == nullptr ? std::string(line) : '/' + std::string(only->name) + ' ';
}

}  // namespace godwit::chat
