#include "app/server/house.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <thread>

#include "base/worker.hpp"
#include "engine/memory/process_registry.hpp"

namespace godwit::app {
namespace {

using processes::Account;
using processes::Entry;

Account account_of(std::string id, std::string name, std::vector<RoleName> roles) {
  return {.id = std::move(id), .name = std::move(name), .roles = std::move(roles), .version = "1"};
}

/// Processes by address; who is stopped answers nobody, for ever.
class FakePhone final : public processes::Phone {
 public:
  Task<Result<Account>> ask(std::string address, processes::Question) override {
    if (address == stopped) co_await completion<bool>([this](auto done) { parked.emplace_back(std::move(done)); });
    const auto found = answering.find(address);
    if (found == answering.end()) co_return fail(Code::unavailable, "another process cannot be reached");
    auto account = found->second;
    account.time = clock.now() + ahead;
    account.started_at = account.time - uptime;
    co_return account;
  }

  std::map<std::string, Account> answering;
  std::string stopped;
  std::vector<std::move_only_function<void(bool)>> parked;
  Millis ahead = 0, uptime = 3'600'000;
  ManualClock clock;
};

class Self final : public processes::Service {
 public:
  Task<Result<Account>> tell(processes::Question) override { co_return account_of("me", "user@me", {RoleName::user}); }
};

/// The registry as it is while Redis is away.
class NoRegistry final : public processes::Registry {
 public:
  Task<Result<void>> announce(Entry) override { co_return fail(Code::unavailable); }
  Task<Result<void>> withdraw(std::string) override { co_return fail(Code::unavailable); }
  Task<Result<std::vector<Entry>>> entries() override { co_return fail(Code::unavailable); }
};

struct Scene {
  FakePhone phone;
  engine::memory::MemoryProcessRegistry registry{phone.clock};
  Self self;
  NoRegistry no_registry;
  Config::Peers peers;
  bool redis_away = false;
  Worker home{"home"};

  void announce(std::string id, std::string name, std::string address, RoleName role) {
    REQUIRE(sync_wait(registry.announce(
        {.id = std::move(id), .name = std::move(name), .address = std::move(address), .roles = {role}})));
  }
  void answers(const std::string& address, std::string id, std::string name, RoleName role) {
    phone.answering[address] = account_of(std::move(id), std::move(name), {role});
  }
  HouseView look() {
    processes::Registry* all = &registry;
    if (redis_away) all = &no_registry;
    House house({.self = &self,
                 .own = {.id = "me", .name = "user@me", .address = "me:1", .roles = {RoleName::user}},
                 .registry = all,
                 .phone = &phone,
                 .known = known_processes(peers),
                 .timer = home,
                 .clock = phone.clock});
    return sync_wait([](House& whom, Executor& executor) -> Task<HouseView> {
      co_await resume_on(executor);
      co_return co_await whom.ask({});
    }(house, home));
  }
};

std::vector<std::string> names(const HouseView& view) {
  std::vector<std::string> all;
  for (const auto& one : view.processes) all.push_back(one.entry.name + (one.missing() ? " missing" : ""));
  return all;
}
using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("house: whoever announced itself is asked, gateways too, and oneself without a wire") {
  Scene scene;
  scene.announce("me", "user@me", "me:1", RoleName::user);
  scene.announce("g", "gateway@g:1", "g:1", RoleName::gateway);
  scene.answers("g:1", "g", "gateway@g:1", RoleName::gateway);
  const auto view = scene.look();
  CHECK(names(view) == Names{"gateway@g:1", "user@me"});
  CHECK(view.complete);
  CHECK(view.missing().empty());
}

TEST_CASE("house: who does not answer is missing by name, and is waited for a second at most") {
  Scene scene;
  scene.announce("d", "dispatch@d:1", "d:1", RoleName::dispatch);
  scene.announce("n", "node-1", "n:1", RoleName::node);
  scene.announce("o", "offline@o:1", "o:1", RoleName::offline);
  scene.answers("o:1", "o", "offline@o:1", RoleName::offline);
  scene.phone.stopped = "n:1";
  const auto began = std::chrono::steady_clock::now();
  const auto view = scene.look();
  CHECK(std::chrono::steady_clock::now() - began >= House::kPatience);
  CHECK(names(view) == Names{"dispatch@d:1 missing", "node-1 missing", "offline@o:1", "user@me"});
  CHECK(view.missing() == Names{"dispatch@d:1", "node-1"});
  CHECK(view.processes[1].account.error().detail == "it does not answer in time");
  scene.phone.parked.at(0)(true);  // it goes on, and finds nobody who waits
}

TEST_CASE("house: what the settings name is asked and missed as well, each once") {
  Scene scene;
  scene.peers.user = {"me:1", "u:2"};
  scene.peers.archive = {"a:1"};
  scene.peers.offline = {"a:1"};
  scene.peers.node = {"node-1=n:9101", "node-2=n:9102"};
  scene.announce("me", "user@me", "me:1", RoleName::user);
  scene.announce("a", "archive@a:1", "a:1", RoleName::archive);
  scene.announce("n", "node-1", "n:1", RoleName::node);
  scene.answers("a:1", "a", "archive@a:1", RoleName::archive);
  scene.answers("n:1", "n", "node-1", RoleName::node);
  CHECK(names(scene.look()) == Names{"archive@a:1", "node-1", "node-2 missing", "user@me", "user@u:2 missing"});
  scene.redis_away = true;
  const auto view = scene.look();
  CHECK_FALSE(view.complete);
  CHECK(names(view) == Names{"archive@a:1", "node-1 missing", "node-2 missing", "user@me", "user@u:2 missing"});
}

TEST_CASE("house: a process that was started again at its address is one, and no longer missed") {
  Scene scene;
  scene.announce("old", "dispatch@d:1", "d:1", RoleName::dispatch);
  scene.phone.clock.advance(3'000);
  scene.announce("new", "dispatch@d:1", "d:1", RoleName::dispatch);
  scene.answers("d:1", "new", "dispatch@d:1", RoleName::dispatch);
  scene.phone.uptime = 2'000;
  CHECK(names(scene.look()) == Names{"dispatch@d:1", "user@me"});
}

TEST_CASE("house: two processes that name one address are told apart from that") {
  Scene scene;
  scene.announce("one", "gateway@same:1", "same:1", RoleName::gateway);
  scene.announce("two", "gateway@same:1", "same:1", RoleName::gateway);
  scene.answers("same:1", "two", "gateway@same:1", RoleName::gateway);
  const auto view = scene.look();
  REQUIRE(names(view) == Names{"gateway@same:1 missing", "gateway@same:1", "user@me"});
  CHECK(view.processes[0].account.error().detail.find("cluster.listen") != std::string::npos);
}

TEST_CASE("house: how far a process's clock is ahead of ours") {
  Scene scene;
  scene.announce("g", "gateway@g:1", "g:1", RoleName::gateway);
  scene.answers("g:1", "g", "gateway@g:1", RoleName::gateway);
  scene.phone.ahead = -7'000;
  CHECK(scene.look().processes.at(0).ahead == -7'000);
}

TEST_CASE("house: a process announces itself until it goes") {
  Scene scene;
  Log log(-1);
  {
    Worker loop("loop");
    Announcer announcer(scene.registry, {.id = "p", .name = "p", .address = "p:1", .roles = {}}, log);
    announcer.start(loop);
    while (sync_wait(scene.registry.entries())->empty()) std::this_thread::yield();
    announcer.end();
    CHECK(sync_wait(scene.registry.entries())->empty());
  }
}

}  // namespace godwit::app
