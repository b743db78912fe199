#include "engine/redis/applied_positions.hpp"

#include <random>

#include "bus/applied_positions_suite.hpp"
#include "domain/position_ranges.hpp"
#include "engine/redis/testing_own_redis.hpp"

namespace godwit::redis {
namespace {

using namespace testing;
using dispatch::Topic;

/// Two processes that take turns.
class Turns final : public bus::AppliedPositions {
 public:
  explicit Turns(Form form) : scene_(form) {}
  Task<Result<void>> add(Topic topic, std::vector<bus::AppliedRange> ranges) override {
    return next().add(topic, std::move(ranges));
  }
  Task<Result<std::vector<Position>>> contiguous(Topic topic) override { return next().contiguous(topic); }

 private:
  RedisAppliedPositions& next() { return turn_++ % 2 == 0 ? one_ : two_; }
  Scene scene_;
  RedisAppliedPositions one_{scene_.client(0)}, two_{scene_.client(1)};
  std::atomic<unsigned> turn_{0};
};

bus::suite::MakeApplied applied(Form form) {
  return [form] { return std::make_unique<Turns>(form); };
}

TEST_SUITE("redis: applied positions") {
  TEST_CASE("single") { bus::suite::applied_positions_suite(applied(Form::single)); }
  TEST_CASE("cluster") { bus::suite::applied_positions_suite(applied(Form::cluster)); }

  TEST_CASE("any ranges, one call or many, are the set that they make") {
    Scene scene(Form::single);
    RedisAppliedPositions positions(scene.client());
    std::mt19937 random(11);
    for (Shard shard = 0; shard < 20; ++shard) {
      PositionRanges wanted;
      for (int call = 0; call < 10; ++call) {
        std::vector<bus::AppliedRange> ranges;
        for (int i = 0; i < 4; ++i) {
          const Position first = 1 + random() % 60;
          const Position last = first + random() % 12;
          ranges.push_back({.shard = shard, .first = first, .last = last});
          wanted.add(first, last);
        }
        bus::suite::add(positions, Topic::store, ranges);
        CHECK(bus::suite::upto(positions, Topic::store, shard) == wanted.contiguous());
        const auto key = scene.client().key("applied:store:" + std::to_string(shard));
        CHECK(good(scene.client(), {.words = {"ZCARD", key}}).integer() == static_cast<std::int64_t>(wanted.size()));
      }
    }
    const Position far = Position{1} << 52U;  // exact beyond what "%.14g" can say
    bus::suite::add(positions, Topic::offline, {{.shard = 1, .first = 1, .last = far}});
    bus::suite::add(positions, Topic::offline, {{.shard = 1, .first = far + 1, .last = far + 1}});
    CHECK(bus::suite::upto(positions, Topic::offline, 1) == far + 1);
  }

  TEST_CASE("what Redis lost is not applied, and can be given again") {
    OwnRedis redis(Form::single);
    auto settings = redis.settings();
    settings.servers.resize(1);
    Scene scene(settings);
    RedisAppliedPositions positions(scene.client());
    bus::suite::add(positions, Topic::store, {{.shard = 5, .first = 1, .last = 9}});
    redis.kill(redis.port());
    redis.up();
    const auto end = std::chrono::steady_clock::now() + 10s;
    while (!sync_wait(positions.contiguous(Topic::store)) && std::chrono::steady_clock::now() < end)
      std::this_thread::sleep_for(10ms);
    CHECK(bus::suite::upto(positions, Topic::store, 5) == 9);  // it was written down
    good(scene.client(), {.words = {"FLUSHALL"}, .key = 0});
    CHECK(bus::suite::upto(positions, Topic::store, 5) == 0);
    bus::suite::add(positions, Topic::store, {{.shard = 5, .first = 10, .last = 12}});
    CHECK(bus::suite::upto(positions, Topic::store, 5) == 0);
    bus::suite::add(positions, Topic::store, {{.shard = 5, .first = 1, .last = 9}});
    CHECK(bus::suite::upto(positions, Topic::store, 5) == 12);
  }
}

}  // namespace
}  // namespace godwit::redis
