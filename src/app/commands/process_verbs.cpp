#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/commands/admin_verbs.hpp"
#include "app/commands/printable.hpp"
#include "service/role_name.hpp"

namespace godwit::app {
namespace {

std::string since(Millis time) {
  if (time == 0) return "-";
  return fmt::format("{:%Y-%m-%d %H:%M} UTC", fmt::gmtime(static_cast<std::time_t>(time / 1000)));
}

std::string plural(std::size_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

/// "gateway+user": short, and a word.
std::string words(const std::vector<std::string>& roles) {
  return roles.size() == kRoleNames.size() ? "all" : fmt::format("{}", fmt::join(roles, "+"));
}

}  // namespace

Result<void> list_processes(const AdminFlags&, Administration& administration) {
  TRY(const auto list, administration.processes());
  for (const auto& one : list.items) {
    fmt::print("{:<28}  {:<8}  {:<10}  {:<16}  {:>20}  {:>14}  {}\n", printable(one.name), one.state, words(one.roles),
               one.version.empty() ? "-" : printable(one.version), since(one.started_at),
               plural(one.connections, "socket"), plural(one.shards.size(), "shard"));
    for (const auto& trouble : one.troubles) fmt::print("    {}\n", printable(trouble));
  }
  if (!list.complete)
    fmt::print("The registry of processes cannot be asked: those that `peers` does not name are left out.\n");
  return {};
}

}  // namespace godwit::app
