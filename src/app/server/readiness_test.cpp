#include "app/server/readiness.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "base/worker.hpp"

namespace godwit::app {
namespace {

using namespace std::chrono_literals;
using processes::Part;

class FakeEngines final : public Engines {
 public:
  [[nodiscard]] const Ports& ports() const noexcept override { return ports_; }
  void start() override {}
  void stop() override {}
  [[nodiscard]] Task<std::vector<EngineState>> states() override {
    if (stuck) co_await completion<bool>([this](auto done) { parked = std::move(done); });
    std::vector<EngineState> all{{"redis", std::nullopt}};
    if (!trouble.empty()) all.push_back({"mysql.ledger", trouble});
    co_return all;
  }
  [[nodiscard]] Task<Result<EngineFigures>> figures() override { co_return EngineFigures{}; }
  [[nodiscard]] Result<void> backup(const std::string&, const std::atomic<bool>&) override { return {}; }

  std::string trouble;
  bool stuck = false;
  std::move_only_function<void(bool)> parked;

 private:
  Ports ports_;
};

class FakeReach final : public Reach {
 public:
  Task<Result<void>> reach(RoleName role) override {
    asked.insert(role);
    if (!there.contains(role)) co_return fail(Code::unavailable, "nobody serves it");
    co_return Result<void>();
  }
  std::set<RoleName> there, asked;
};

RoleSet only(RoleName role) {
  RoleSet roles;
  roles.add(role);
  return roles;
}

struct Scene {
  FakeEngines engines;
  FakeReach reach;
  Worker home{"home"};

  std::vector<Part> parts(Readiness& readiness, std::chrono::milliseconds patience = 10s) {
    return sync_wait([](Readiness& of, Executor& executor, std::chrono::milliseconds time) -> Task<std::vector<Part>> {
      co_await resume_on(executor);
      co_return co_await of.parts(time);
    }(readiness, home, patience));
  }
};

const Part* part_of(const std::vector<Part>& parts, std::string_view name) {
  const auto found = std::ranges::find(parts, name, &Part::name);
  return found == parts.end() ? nullptr : &*found;
}

}  // namespace

TEST_CASE("readiness: a process waits for each role that it asks until that has answered once, by name") {
  Scene scene;
  Readiness gateway(scene.engines, only(RoleName::gateway), &scene.reach, scene.home);
  scene.reach.there = {RoleName::user, RoleName::dispatch, RoleName::node, RoleName::offline};
  auto parts = scene.parts(gateway);
  CHECK(scene.reach.asked.size() == 5);  // all but itself
  CHECK(part_of(parts, "redis")->trouble.empty());
  CHECK(part_of(parts, "role.user")->trouble.empty());
  REQUIRE(part_of(parts, "role.archive") != nullptr);
  CHECK(part_of(parts, "role.archive")->trouble == "nobody serves it");
  CHECK(part_of(parts, "role.archive")->needed);
  scene.reach.there.insert(RoleName::archive);
  CHECK(part_of(scene.parts(gateway), "role.archive")->trouble.empty());
  scene.reach.there.clear();  // what goes later is named, and does not take the process down with it
  parts = scene.parts(gateway);
  for (const auto* name : {"role.user", "role.dispatch", "role.node", "role.archive", "role.offline"}) {
    REQUIRE(part_of(parts, name) != nullptr);
    CHECK(part_of(parts, name)->trouble == "nobody serves it");
    CHECK_FALSE(part_of(parts, name)->needed);
  }
}

TEST_CASE("readiness: where all roles are here nobody is asked; an engine's trouble is its own words") {
  Scene scene;
  scene.engines.trouble = "it is away";
  Readiness all(scene.engines, RoleSet::all(), &scene.reach, scene.home);
  CHECK(scene.parts(all) ==
        std::vector<Part>{{.name = "redis", .trouble = ""}, {.name = "mysql.ledger", .trouble = "it is away"}});
  CHECK(scene.reach.asked.empty());
  Readiness alone(scene.engines, only(RoleName::user), nullptr, scene.home);
  CHECK(scene.parts(alone).size() == 2);
}

TEST_CASE("readiness: engines that do not answer keep nobody waiting, nor the roles from being named") {
  Scene scene;
  scene.engines.stuck = true;
  Readiness node(scene.engines, only(RoleName::node), &scene.reach, scene.home);
  const auto parts = scene.parts(node, 50ms);
  REQUIRE(part_of(parts, "engines") != nullptr);
  CHECK(part_of(parts, "engines")->needed);
  CHECK(part_of(parts, "role.user") != nullptr);
  scene.engines.parked(true);
}

}  // namespace godwit::app
