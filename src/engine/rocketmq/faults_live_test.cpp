#include <fmt/format.h>

#include "engine/rocketmq/own_engine_fixture.hpp"
#include "engine/rocketmq/relayed_fixture.hpp"

namespace godwit::rocketmq {
namespace {

using dispatch::Topic;
using testing::RelayedHouse;
using testing::within;
using namespace std::chrono_literals;
using SteadyTime = std::chrono::steady_clock::time_point;

SteadyTime now() { return std::chrono::steady_clock::now(); }

double seconds_since(SteadyTime then) { return std::chrono::duration<double>(now() - then).count(); }

/// Everything that was answered is written, on both topics, and nothing else.
void check_all_written(RelayedHouse& house) {
  for (const auto topic : {Topic::store, Topic::offline}) {
    const auto written = house.written(topic);
    CHECK(written.size() == house.committed());
    int twice = 0;
    for (const auto& [text, times] : written) twice += times > 1 ? 1 : 0;
    MESSAGE(fmt::format("{} rows, {} of them more than once", written.size(), twice));
  }
  CHECK(house.letters.kept == 0);
}

void kill_the_broker(testing::OwnEngine& engine, RelayedHouse& house) {
  for (int moment = 0; moment < 60; ++moment) {  // 6 s of load
    if (moment == 20) engine.kill("broker");
    if (moment == 30) engine.start("broker");
    house.commit(16, 8);
    std::this_thread::sleep_for(100ms);
  }
  const auto failures = house.metrics.counted("godwit_relay_failures_total");
  CHECK(failures > 0);
  const auto began = now();
  CHECK(within(180s, [&] { return house.backlog() == 0; }));
  MESSAGE(fmt::format("all sent {:.1f} s after the load ended, {} tries failed", seconds_since(began),
                      house.metrics.counted("godwit_relay_failures_total")));
  CHECK(within(120s, [&] { return house.applied(); }));
  check_all_written(house);
}

/// What a send answers while nothing can be sent, for 25 s.
void check_sends_fail(RelayedHouse& house) {
  double longest = 0;
  int asked = 0;
  for (const auto end = now() + 25s; now() < end; ++asked) {
    const auto began = now();
    const auto sent = sync_wait(house.broker.send(Topic::store, "300/1", "not a page"));
    REQUIRE_FALSE(sent);
    REQUIRE(sent.error().code == Code::unavailable);
    longest = std::max(longest, seconds_since(began));
    std::this_thread::sleep_for(200ms);
  }
  CHECK(asked > 3);
  CHECK(longest < 6);
  MESSAGE(fmt::format("{} sends said unavailable, the slowest after {:.1f} s", asked, longest));
}

void check_all_goes_on(RelayedHouse& house) {
  const auto began = now();
  house.commit(16, 64);
  CHECK(within(120s, [&] { return house.backlog() == 0; }));
  MESSAGE(fmt::format("all is sent {:.1f} s after the proxy is there again", seconds_since(began)));
  CHECK(within(60s, [&] { return house.applied(); }));
  check_all_written(house);
}

TEST_CASE("rocketmq: a broker that is killed and a proxy that is away lose nothing, and all goes on by itself") {
  testing::OwnEngine engine;
  testing::ScratchTopics topics(engine.broker(), engine.name_server());
  RelayedHouse house(engine.proxy(), topics.prefix(), {.rows_kept = 1'000'000, .backlog = 1'000'000});
  house.bus.start();
  house.commit(16, 8);
  REQUIRE(within(60s, [&] { return house.applied(); }));
  kill_the_broker(engine, house);
  engine.kill("proxy");
  check_sends_fail(house);
  engine.start("proxy");
  check_all_goes_on(house);
  engine.halt("proxy");
  check_sends_fail(house);
  engine.resume("proxy");
  check_all_goes_on(house);
}

}  // namespace
}  // namespace godwit::rocketmq
