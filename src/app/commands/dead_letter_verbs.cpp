#include <fmt/chrono.h>
#include <fmt/format.h>

#include "app/commands/admin_verbs.hpp"
#include "app/commands/printable.hpp"

namespace godwit::app {
namespace {

std::string second(Millis time) {
  return fmt::format("{:%Y-%m-%d %H:%M:%S} UTC", fmt::gmtime(static_cast<std::time_t>(time / 1000)));
}

/// Those that were named, or all that there are.
Result<std::vector<std::string>> wanted(const AdminFlags& flags, Administration& administration) {
  if (flags.all_letters == !flags.letters.empty())
    return fail(Code::bad_parameter, "name dead letters as `dead-letters list` does, or give --all");
  if (!flags.all_letters) return flags.letters;
  TRY(const auto letters, administration.dead_letters());
  std::vector<std::string> ids;
  for (const auto& letter : letters) ids.push_back(letter.id);
  return ids;
}

/// Goes on after one that fails; the last failure is the answer.
Result<void> for_each(const AdminFlags& flags, Administration& administration, std::string_view done,
                      Result<void> (Administration::*verb)(const std::string&)) {
  TRY(const auto ids, wanted(flags, administration));
  Result<void> all;
  for (const auto& id : ids) {
    if (auto one = (administration.*verb)(id)) {
      fmt::print("{}  {}\n", printable(id), done);
    } else {
      fmt::print(stderr, "{}  {}\n", printable(id), printable(one.error().detail));
      all = std::move(one);
    }
  }
  return all;
}

}  // namespace

Result<void> list_dead_letters(const AdminFlags&, Administration& administration) {
  TRY(const auto letters, administration.dead_letters());
  for (const auto& letter : letters) {
    fmt::print("{:<16}  {}  {:>6} bytes  {}{}\n", letter.id, second(letter.time), letter.bytes,
               letter.message.empty() ? "" : fmt::format("{} of {} in {}  ", letter.message, printable(letter.sender),
                                                         printable(letter.conversation)),
               printable(letter.reason));
  }
  return {};
}

Result<void> replay_dead_letters(const AdminFlags& flags, Administration& administration) {
  return for_each(flags, administration, "taken", &Administration::replay_dead_letter);
}

Result<void> drop_dead_letters(const AdminFlags& flags, Administration& administration) {
  return for_each(flags, administration, "dropped", &Administration::drop_dead_letter);
}

}  // namespace godwit::app
