#include <chrono>
#include <thread>

#include "base/gather.hpp"
#include "base/worker.hpp"
#include "engine/rocketmq/rocketmq_fixture.hpp"
#include "service/broker_suite.hpp"

namespace godwit::rocketmq {
namespace {

using dispatch::Topic;
using std::chrono::milliseconds;
using namespace std::chrono_literals;
using testing::ScratchTopics;

class Bed final : public dispatch::suite::BrokerBed {
 public:
  dispatch::Broker& broker() override { return broker_; }
  milliseconds invisible() override { return 20s; }  // longer than the suite takes to see that nothing comes
  milliseconds late() override { return 60s; }       // its timers: mostly a second, half a minute beside others' work
  void wait(milliseconds time) override { std::this_thread::sleep_for(time); }
  ScratchTopics& topics() { return topics_; }

 private:
  ScratchTopics topics_;
  Log log_;
  Metrics metrics_;
  Broker broker_{testing::settings_of(live::endpoint("ROCKETMQ"), topics_.prefix()), log_, metrics_};
};

TEST_CASE("rocketmq: the broker") {
  dispatch::suite::broker_suite([] { return std::make_unique<Bed>(); });
}

TEST_CASE("rocketmq: what was sent before anybody received is there") {
  Bed bed;
  for (int page = 0; page < 40; ++page) dispatch::suite::post(bed, Topic::store, "page " + std::to_string(page));
  CHECK(dispatch::suite::receive(bed, Topic::store, 40).size() == 40);
}

TEST_CASE("rocketmq: many sends at a time, each page there once it was answered") {
  Bed bed;
  Worker worker("sender");
  const auto sent = sync_wait([](Broker& broker, Executor& home) -> Task<std::size_t> {
    co_await resume_on(home);
    Gather<Result<void>> all;
    for (int page = 0; page < 300; ++page)
      all.start(broker.send(Topic::offline, "9/" + std::to_string(page), "page " + std::to_string(page)));
    std::size_t good = 0;
    for (const auto& one : co_await all.all()) good += one ? 1 : 0;
    co_return good;
  }(dynamic_cast<Broker&>(bed.broker()), worker));
  CHECK(sent == 300);
  auto bodies = dispatch::suite::bodies(dispatch::suite::receive(bed, Topic::offline, 300));
  bodies.erase(std::unique(bodies.begin(), bodies.end()), bodies.end());
  CHECK(bodies.size() == 300);
}

TEST_CASE("rocketmq: stop brings back who waits, and whoever comes after") {
  Bed bed;
  auto& broker = dynamic_cast<Broker&>(bed.broker());
  std::thread stopping([&] {
    std::this_thread::sleep_for(1s);
    broker.stop();
  });
  const auto began = std::chrono::steady_clock::now();
  const auto got = sync_wait(broker.receive(Topic::store, 1, 20s, 30s));
  stopping.join();
  CHECK(got.error().code == Code::unavailable);
  CHECK(std::chrono::steady_clock::now() - began < 4s);
  CHECK(sync_wait(broker.send(Topic::store, "7/1", "a")).error().code == Code::unavailable);
}

TEST_CASE("rocketmq: a topic that is not there is said, not lost; a key that is none is refused") {
  Log log(-1);
  Metrics metrics;
  Broker broker(testing::settings_of(live::endpoint("ROCKETMQ"), ScratchTopics::unused_prefix()), log, metrics);
  CHECK(sync_wait(broker.send(Topic::store, "7/1", "a")).error().code == Code::unavailable);
  CHECK(metrics.counted("godwit_rocketmq_refused_total") == 1);
  CHECK(sync_wait(broker.send(Topic::store, "7 1", "a")).error().code == Code::internal);
  CHECK(sync_wait(broker.send(Topic::store, "", "a")).error().code == Code::internal);
  CHECK(metrics.counted("godwit_rocketmq_refused_total") == 1);
}

}  // namespace
}  // namespace godwit::rocketmq
