#include "engine/redis/registry.hpp"

#include "engine/redis/testing_own_redis.hpp"
#include "service/registry_suite.hpp"

namespace godwit::redis {
namespace {

using namespace testing;
using registry::Node;
using registry::suite::enter;
using registry::suite::join;
using registry::suite::renew;
using registry::suite::standing;

/// Two processes, which take turns, so that what the one has changed the other sees.
class Turns final : public registry::Registry {
 public:
  Turns(Scene& scene, const RegistrySettings& settings)
      : one_(scene.client(0), settings), two_(scene.client(1), settings) {}
  Task<Result<Node>> join(std::string name) override { return next().join(std::move(name)); }
  Task<Result<void>> renew(Node node, std::uint32_t sockets, bool draining) override {
    return next().renew(std::move(node), sockets, draining);
  }
  Task<Result<std::vector<registry::Epoch>>> enter(Node node, std::vector<registry::Socket> sockets) override {
    return next().enter(std::move(node), std::move(sockets));
  }
  Task<Result<void>> leave(SessionId session, registry::Epoch epoch) override {
    return next().leave(std::move(session), epoch);
  }
  Task<Result<std::vector<registry::Live>>> nodes() override { return next().nodes(); }
  Task<Result<registry::Standings>> standings(std::vector<UserKey> users) override {
    return next().standings(std::move(users));
  }
  Task<Result<registry::Changes>> changes_after(registry::Position after) override {
    return next().changes_after(after);
  }

 private:
  RedisRegistry& next() { return turn_++ % 2 == 0 ? one_ : two_; }

  RedisRegistry one_, two_;
  std::atomic<unsigned> turn_{0};
};

/// On a clock that the test moves, or on Redis' own.
class Bed final : public registry::suite::Bed {
 public:
  Bed(Form form, bool real_time, Millis absence)
      : scene_(form),
        real_time_(real_time),
        settings_{.lease = real_time ? 600 : 8'000, .absence = absence, .clock = real_time ? nullptr : &clock_},
        registry_(scene_, settings_) {}
  registry::Registry& registry() override { return registry_; }
  [[nodiscard]] Millis lease() const override { return settings_.lease; }
  [[nodiscard]] Millis absence() const override { return settings_.absence; }
  void pass(Millis time) override {
    if (real_time_)
      std::this_thread::sleep_for(std::chrono::milliseconds(time));
    else
      clock_.advance(time);
  }
  bool set_clock(Millis by) override {
    if (!real_time_) clock_.advance(by);
    return !real_time_;
  }

 private:
  Scene scene_;
  const bool real_time_;
  ManualClock clock_;
  const RegistrySettings settings_;
  Turns registry_;
};

registry::suite::MakeBed beds(Form form, bool real_time, Millis absence) {
  return [=] { return std::make_unique<Bed>(form, real_time, absence); };
}

struct Follower {
  registry::Position at;
  registry::Changes read(registry::Registry& registry) {
    auto changes = registry::suite::good(registry.changes_after(at));
    at = changes.up_to;
    return changes;
  }
};

/// A registry on a Redis that loses what it knew, seen by a process that knew it.
void forgets(Settings settings, const std::function<void(Client&)>& lose) {
  if (!settings.cluster) settings.servers.resize(1);
  Scene scene(std::move(settings));
  RedisRegistry registry(scene.client(), {.lease = 20'000, .absence = 0});
  const auto in_one_call = [&](registry::Registry& of, const Node& node, const char* session, registry::Epoch epoch) {
    return registry::suite::good(of.enter(node, {registry::suite::socket_of(UserKey("ann"), session, epoch)})).at(0);
  };
  Follower follower;
  follower.read(registry);
  const auto before = registry::suite::good(registry.join("one"));
  const auto phone = in_one_call(registry, before, "phone", 0);
  CHECK(follower.read(registry).changes.size() == 1);
  const auto known = follower.at;

  lose(scene.client());
  std::optional<Result<void>> renewed;  // nobody is stuck: the node is told to join again
  for (int i = 0; i < 100 && (!renewed || (!*renewed && renewed->error().code == Code::unavailable)); ++i) {
    renewed = sync_wait(registry.renew(before, 1, false));
    std::this_thread::sleep_for(50ms);
  }
  REQUIRE_FALSE(*renewed);
  CHECK(renewed->error().code == Code::not_found);
  const auto changes = follower.read(registry);
  CHECK(changes.lost);
  CHECK(changes.up_to > known);
  CHECK(changes.up_to.epoch > known.epoch);
  const auto after = registry::suite::good(registry.join("one"));
  CHECK(after.epoch > phone);  // no number twice
  CHECK(in_one_call(registry, after, "phone", phone) == phone);
  CHECK(in_one_call(registry, after, "tablet", 0) > after.epoch);
  CHECK_FALSE(follower.read(registry).lost);
  CHECK(registry::suite::good(registry.standings({UserKey("ann")})).users.at(0) == registry::Standing{2, true});
}

TEST_SUITE("redis: the registry") {
  TEST_CASE("on a clock of the test's, single") { registry::suite::registry_suite(beds(Form::single, false, 5'000)); }
  TEST_CASE("on a clock of the test's, cluster") { registry::suite::registry_suite(beds(Form::cluster, false, 5'000)); }
  TEST_CASE("that tells at once who goes") { registry::suite::registry_suite(beds(Form::cluster, false, 0)); }
  TEST_CASE("on Redis' clock") { registry::suite::registry_suite(beds(Form::single, true, 400)); }

  TEST_CASE("forgets old changes, and says so") {
    Scene scene(Form::single);
    RedisRegistry registry(scene.client(), {.absence = 0, .changes = 2});
    Follower late;
    late.read(registry);
    const auto node = registry::suite::good(registry.join("one"));
    const auto come = [&](const char* who) {
      registry::suite::good(registry.enter(node, {registry::suite::socket_of(UserKey(who), who)}));
    };
    come("a");
    Follower first{registry::suite::good(registry.standings({})).as_of};
    come("b");
    CHECK(first.read(registry).changes.size() == 1);
    come("c");
    CHECK(late.read(registry).lost);
    CHECK(first.read(registry).changes.size() == 1);
  }

  TEST_CASE("a node that died with more sockets than a verb forgets is forgotten all the same, and nobody is stuck") {
    ManualClock clock;
    Scene scene(Form::cluster);
    RedisRegistry registry(scene.client(), {.absence = 0, .clock = &clock});
    const auto one = registry::suite::good(registry.join("one"));
    std::vector<registry::Socket> sockets;
    for (int i = 0; i < 4500; ++i) {
      const auto name = "u" + std::to_string(i);
      sockets.push_back(registry::suite::socket_of(UserKey(name), name.c_str()));
    }
    registry::suite::good(registry.enter(one, sockets));
    clock.advance(9'000);
    const auto two = registry::suite::good(registry.join("two"));  // the first 2000 go with this
    const auto taken = registry::suite::good(registry.enter(two, {sockets}));
    CHECK(std::ranges::count(taken, 0) == 0);
    for (int i = 0; i < 3; ++i) REQUIRE(sync_wait(registry.renew(two, 0, false)));
    std::vector<UserKey> users;
    for (const auto& socket : sockets) users.push_back(socket.user);
    for (const auto& standing : registry::suite::good(registry.standings(users)).users)
      REQUIRE(standing == registry::Standing{1, true});
  }

  TEST_CASE("where memory is full who enters is refused, who leaves goes, and nothing is half done") {
    OwnRedis redis(Form::single);
    auto settings = redis.settings();
    settings.servers.resize(1);
    Scene scene(settings);
    RedisRegistry registry(scene.client(), {.lease = 60'000, .absence = 0});
    const auto node = registry::suite::good(registry.join("one"));
    const auto phone =
        registry::suite::good(registry.enter(node, {registry::suite::socket_of(UserKey("ann"), "phone")}));
    good(scene.client(), {.words = {"CONFIG", "SET", "maxmemory", "1"}, .key = 0});
    const auto refused = sync_wait(registry.enter(node, {registry::suite::socket_of(UserKey("bob"), "desk")}));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Code::unavailable);
    CHECK(sync_wait(registry.leave(SessionId("phone"), phone.at(0))));
    good(scene.client(), {.words = {"CONFIG", "SET", "maxmemory", "0"}, .key = 0});
    const auto standings = registry::suite::good(registry.standings({UserKey("ann"), UserKey("bob")}));
    CHECK(standings.users == std::vector<registry::Standing>{{0, false}, {0, false}});
    CHECK(registry::suite::good(registry.enter(node, {registry::suite::socket_of(UserKey("bob"), "desk")})).size() ==
          1);
  }

  TEST_CASE("a Redis that is emptied") {
    OwnRedis redis(Form::single);
    forgets(redis.settings(), [](Client& client) { good(client, {.words = {"FLUSHALL"}, .key = 0}); });
  }
  TEST_CASE("a Redis that is killed and started again") {
    OwnRedis redis(Form::single);
    forgets(redis.settings(), [&](Client&) {
      redis.kill(redis.port());
      redis.up();
    });
  }
  TEST_CASE("a cluster whose primary is killed") {
    OwnRedis redis(Form::cluster);
    forgets(redis.settings(),
            [&](Client& client) { redis.kill(primary_of(client, slot_of(client.key("{registry}:head"))).port); });
  }
}

}  // namespace
}  // namespace godwit::redis
