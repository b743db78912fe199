#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "app/config/shared_settings.hpp"
#include "app/doctor/doctor.hpp"
#include "app/server/distributed_engines.hpp"
#include "app/server/house_figures.hpp"
#include "app/server/process_rows.hpp"
#include "base/worker.hpp"
#include "engine/redis/process_registry.hpp"
#include "rpc/process_client.hpp"

namespace godwit::app {
namespace {

constexpr Millis kWarned = 1'000, kTolerated = 5'000;

/// By what differs: who has it so.
using Groups = std::map<std::string, std::vector<std::string>>;

/// "1.2 (node-1, node-2); 1.3 (gateway@…)"
std::string shown(const Groups& groups) {
  std::vector<std::string> parts;
  for (const auto& [value, who] : groups) parts.push_back(fmt::format("{} ({})", value, fmt::join(who, ", ")));
  return fmt::format("{}", fmt::join(parts, "; "));
}

std::string troubles_of(const processes::Account& account, bool needed) {
  std::vector<std::string> parts;
  for (const auto& part : account.parts)
    if (part.needed == needed && !part.trouble.empty()) parts.push_back(part.name + ": " + part.trouble);
  return fmt::format("{}", fmt::join(parts, "; "));
}

void examine_state(const AskedProcess& one, Findings& all) {
  const auto& name = one.entry.name;
  const auto state = state_of(one);
  if (one.missing()) {
    all.push_back({Severity::error, name, "does not answer: " + one.account.error().detail,
                   "Start it, look at its log, or take it out of `peers`; who died without a word is forgotten after "
                   "ten minutes."});
    return;
  }
  if (state == "waiting")
    all.push_back({Severity::error, name, "is not ready: " + troubles_of(*one.account, true),
                   "Its log and docs/operations.md say what each engine's trouble means."});
  if (const auto lost = troubles_of(*one.account, false); !lost.empty())
    all.push_back({Severity::warning, name, "has lost " + lost, "Start processes with that role, or look at theirs."});
  if (state == "draining") all.push_back({Severity::note, name, "is being drained", {}});
}

void compare_versions(const HouseView& view, std::string_view version, Findings& all) {
  Groups versions{{std::string(version), {"this program"}}};
  for (const auto& one : view.processes)
    if (!one.missing()) versions[one.account->version].push_back(one.entry.name);
  if (versions.size() < 2) return;
  all.push_back({Severity::warning, "versions", "differ: " + shown(versions),
                 "Well while you upgrade, one role after the other; not for long."});
}

void compare_keys(const HouseView& view, Findings& all) {
  Groups keys;
  for (const auto& one : view.processes)
    if (!one.missing() && !one.account->signing_key.empty()) keys[one.account->signing_key].push_back(one.entry.name);
  if (keys.size() < 2) return;
  all.push_back({Severity::error, "cluster.signing_key", "is not one key: " + shown(keys),
                 "Give every process with the role user the same file, and restart those that had another: a login "
                 "of the one is refused by the other."});
}

void compare_settings(const HouseView& view, const std::vector<std::pair<std::string, std::string>>& settings,
                      Findings& all) {
  std::map<std::string, Groups> values;
  for (const auto& [name, value] : settings) values[name][value].push_back("these settings");
  for (const auto& one : view.processes) {
    if (one.missing()) continue;
    for (const auto& setting : one.account->settings) values[setting.name][setting.value].push_back(one.entry.name);
  }
  for (const auto& [name, groups] : values) {
    if (groups.size() < 2) continue;
    all.push_back({Severity::warning, name, "is not the same everywhere: " + shown(groups),
                   "Give all processes one file; SIGHUP takes over what may change while running, the rest wants a "
                   "restart."});
  }
}

void compare_shards(const HouseView& view, Findings& all) {
  const auto anyone = std::ranges::any_of(view.processes, [](const AskedProcess& one) {
    return !one.missing() && std::ranges::find(one.entry.roles, RoleName::dispatch) != one.entry.roles.end();
  });
  const auto map = shards_of(view, anyone);
  if (map.unowned.empty()) return;
  all.push_back({Severity::warning, "shards", fmt::format("{} of {} have no owner now", map.unowned.size(), map.total),
                 "Within seconds the dispatchers that live take them over; run this again."});
}

}  // namespace

Findings compare_processes(const HouseView& view, std::string_view version,
                           const std::vector<std::pair<std::string, std::string>>& settings) {
  const auto missing = static_cast<std::size_t>(
      std::ranges::count_if(view.processes, [](const AskedProcess& one) { return one.missing(); }));
  if (missing == view.processes.size())
    return {{Severity::warning, "processes", fmt::format("none runs; the settings name {}", missing),
             "Start them; until then neither versions nor keys nor their clocks can be compared."}};
  Findings all{
      {Severity::note, "processes", fmt::format("{} answer, {} do not", view.processes.size() - missing, missing), {}}};
  for (const auto& one : view.processes) examine_state(one, all);
  compare_versions(view, version, all);
  compare_keys(view, all);
  compare_settings(view, settings, all);
  compare_shards(view, all);
  return all;
}

Findings compare_clocks(const std::vector<ClockReading>& clocks) {
  if (clocks.empty()) return {};
  auto sorted = clocks;
  std::ranges::sort(sorted, {}, &ClockReading::ahead);
  const auto middle = sorted.at(sorted.size() / 2).ahead;
  Findings all;
  for (const auto& clock : clocks) {
    const auto off = clock.ahead - middle;
    if (std::abs(off) <= kWarned) continue;
    all.push_back({std::abs(off) > kTolerated ? Severity::error : Severity::warning, "clock of " + clock.of,
                   fmt::format("is {:.1f} s {} most others", static_cast<double>(std::abs(off)) / 1000,
                               off > 0 ? "ahead of" : "behind"),
                   "Set it (`timedatectl set-ntp true`): messages, tokens and the inbox's three days go by it."});
  }
  return all;
}

Findings examine_processes(const Config& config, std::vector<ClockReading>& clocks) {
  if (config.cluster.secret.empty())
    return {{Severity::note, "processes", "cluster.secret is not set, so there is one process: it is not asked", {}}};
  SystemClock clock;
  SystemRandom random;
  Log silent(-1);
  Metrics metrics;
  Worker home("doctor");
  redis::Client client(redis_settings(config), silent);
  redis::RedisProcessRegistry registry(client);
  const rpc::Secret secret(config.cluster.secret);
  rpc::Connections connections({}, {.secret = secret, .clock = clock, .random = random, .log = silent}, metrics);
  rpc::ProcessPhone phone(connections);
  House house({.self = nullptr,
               .own = {},
               .registry = &registry,
               .phone = &phone,
               .known = known_processes(config.peers),
               .timer = home,
               .clock = clock});
  const auto view = sync_wait([](House& all, Executor& executor) -> Task<HouseView> {
    co_await resume_on(executor);
    co_return co_await all.ask({.parts = true, .settings = true});
  }(house, home));
  for (const auto& one : view.processes)
    if (!one.missing()) clocks.push_back({.of = one.entry.name, .ahead = one.ahead});
  connections.end();
  // Whoever did not answer in time has been told so, at home: what it refers to goes after that.
  sync_wait([](Executor& executor) -> Task<void> { co_await resume_on(executor); }(home));
  return compare_processes(view, GODWIT_VERSION, shared_settings(config));
}

}  // namespace godwit::app
