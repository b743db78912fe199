#include "engine/rocketmq/relayed_fixture.hpp"

namespace godwit::rocketmq {
namespace {

using dispatch::Topic;
using namespace std::chrono_literals;

TEST_CASE("rocketmq: a page that nobody can read is put aside once, and what follows goes on") {
  testing::ScratchTopics topics;
  {
    testing::RelayedHouse house(live::endpoint("ROCKETMQ"), topics.prefix(), {}, {.invisible = 10s});
    house.bus.start();
    REQUIRE(sync_wait(house.broker.send(Topic::store, "7/1", "no page at all")));
    house.commit(3, 20);
    CHECK(testing::within(30s, [&] { return house.applied() && house.letters.kept == 1; }));
    CHECK(house.written(Topic::store).size() == 60);
    CHECK(house.metrics.counted("godwit_bus_unreadable_pages_total") == 1);
    std::this_thread::sleep_for(12s);  // it would have come again by now
    CHECK(house.letters.kept == 1);
  }
  Log log(-1);
  Metrics metrics;
  Broker later(testing::settings_of(live::endpoint("ROCKETMQ"), topics.prefix()), log, metrics);
  const auto left = sync_wait(later.receive(Topic::store, 16, 12s, 10s));
  CHECK((!left || left->empty()));
}

}  // namespace
}  // namespace godwit::rocketmq
