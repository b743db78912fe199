#include "app/server/house.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "base/gather_within.hpp"

namespace godwit::app {
namespace {

using processes::Account;
using processes::Entry;

bool has_node(const Entry& entry, const std::string& name) {
  return entry.name == name && std::ranges::find(entry.roles, RoleName::node) != entry.roles.end();
}

/// Adds whoever the settings name and nobody has announced.
void add_known(const KnownProcesses& known, std::vector<Entry>& entries) {
  const auto announced = entries;
  for (const auto& [address, roles] : known.addresses) {
    if (std::ranges::find(announced, address, &Entry::address) != announced.end()) continue;
    entries.push_back(
        {.id = "", .name = fmt::format("{}@{}", name_of(roles.front()), address), .address = address, .roles = roles});
  }
  for (const auto& name : known.nodes) {
    const auto there = std::ranges::any_of(announced, [&](const Entry& entry) { return has_node(entry, name); });
    if (!there) entries.push_back({.id = "", .name = name, .address = "", .roles = {RoleName::node}});
  }
}

/// As it is when somebody else answers at its address: `entry` is of a life that is over, or two share an address.
bool is_over(const Entry& entry, const Account& who) { return entry.silent > who.time - who.started_at; }

Result<Account> judge(const Entry& entry, Result<Account> account) {
  if (!account || entry.id.empty() || account->id == entry.id) return account;
  return fail(Code::unavailable, account->name + " answers at its address (" + entry.address +
                                     "): cluster.listen must be each process's own");
}

struct Answer {
  Result<Account> account;
  Millis ahead = 0;
};
Answer answer_of(Result<Account> account, const Clock& clock) {
  const auto ahead = account ? account->time - clock.now() : 0;
  return {.account = std::move(account), .ahead = ahead};
}
Task<Answer> ask_at(processes::Phone* phone, std::string address, processes::Question question, const Clock& clock) {
  if (address.empty() || phone == nullptr)
    co_return Answer{.account = fail(Code::unavailable, "it has not announced itself")};
  co_return answer_of(co_await phone->ask(std::move(address), question), clock);
}
Task<Answer> ask_self(processes::Service& self, processes::Question question, const Clock& clock) {
  co_return answer_of(co_await self.tell(question), clock);
}

}  // namespace

KnownProcesses known_processes(const Config::Peers& peers) {
  KnownProcesses known;
  const auto add = [&known](RoleName role, const std::vector<std::string>& addresses) {
    for (const auto& address : addresses) known.addresses[address].push_back(role);
  };
  add(RoleName::user, peers.user);
  add(RoleName::dispatch, peers.dispatch);
  add(RoleName::archive, peers.archive);
  add(RoleName::offline, peers.offline);
  for (const auto& node : peers.node) known.nodes.push_back(node.substr(0, node.find('=')));
  return known;
}

std::vector<std::string> HouseView::missing() const {
  std::vector<std::string> names;
  for (const auto& one : processes)
    if (one.missing()) names.push_back(one.entry.name);
  return names;
}

Task<std::vector<Entry>> House::expected(bool& complete) {
  std::vector<Entry> entries;
  if (ground_.registry != nullptr) {
    auto announced = co_await ground_.registry->entries();
    complete = announced.has_value();
    if (announced) entries = std::move(*announced);
  }
  if (ground_.phone != nullptr) add_known(ground_.known, entries);
  // Oneself is asked without a wire. Another that announced the same address stays: `judge` has a word for it.
  const auto& own = ground_.own;
  std::erase_if(entries, [&own](const Entry& entry) {
    return entry.id.empty() ? entry.address == own.address && !own.address.empty() : entry.id == own.id;
  });
  co_return entries;
}

Task<HouseView> House::ask(processes::Question question) {
  HouseView view;
  auto entries = co_await expected(view.complete);
  std::vector<Task<Answer>> questions;
  for (const auto& entry : entries) questions.push_back(ask_at(ground_.phone, entry.address, question, ground_.clock));
  if (ground_.self != nullptr) {
    questions.push_back(ask_self(*ground_.self, question, ground_.clock));
    entries.push_back(ground_.own);
  }
  auto answers = co_await gather_within(ground_.timer, kPatience, std::move(questions));
  std::vector<std::string> seen;
  if (ground_.self != nullptr) seen.push_back(ground_.own.id);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    auto& entry = entries[i];
    auto answer = answers[i] ? std::move(*answers[i]) : Answer{fail(Code::unavailable, "it does not answer in time")};
    if (const auto& who = answer.account) {
      const bool again = entry.id.empty() && std::ranges::find(seen, who->id) != seen.end();
      const bool over = !entry.id.empty() && who->id != entry.id && is_over(entry, *who);
      if (again || over) continue;
      seen.push_back(who->id);
    }
    auto account = judge(entry, std::move(answer.account));
    if (account) entry.name = account->name, entry.roles = account->roles;
    view.processes.push_back({.entry = std::move(entry), .account = std::move(account), .ahead = answer.ahead});
  }
  std::ranges::stable_sort(view.processes, {},
                           [](const AskedProcess& one) { return std::tie(one.entry.name, one.entry.address); });
  co_return view;
}

void Announcer::start(Executor& loop) {
  loop.post([this, &loop] { beat(loop); });
}

void Announcer::beat(Executor& loop) {
  if (ended_.load()) return;
  spawn(announce());
  loop.post_after(std::chrono::milliseconds(processes::Registry::kBeat), [this, &loop] { beat(loop); });
}

Task<void> Announcer::announce() {
  const auto announced = co_await registry_.announce(self_);
  if (!announced && told_) log_.warn("not_announced", {{"detail", announced.error().detail}});
  told_ = announced.has_value();
}

void Announcer::end() {
  if (ended_.exchange(true)) return;
  (void)sync_wait(registry_.withdraw(self_.id));
}

}  // namespace godwit::app
