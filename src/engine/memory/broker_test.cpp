#include "engine/memory/broker.hpp"

#include "service/broker_suite.hpp"

namespace godwit::memory {
namespace {

class Bed final : public dispatch::suite::BrokerBed {
 public:
  dispatch::Broker& broker() override { return broker_; }
  std::chrono::milliseconds invisible() override { return std::chrono::milliseconds(1000); }
  void wait(std::chrono::milliseconds time) override { clock_.advance(time.count()); }

 private:
  ManualClock clock_;
  Broker broker_{clock_};
};

TEST_CASE("memory: the broker") {
  dispatch::suite::broker_suite([] { return std::make_unique<Bed>(); });
}

TEST_CASE("memory: a broker that is full takes nothing, and says so") {
  ManualClock clock;
  Broker broker(clock, 2);
  CHECK(sync_wait(broker.send(dispatch::Topic::store, "k", "a")));
  CHECK(sync_wait(broker.send(dispatch::Topic::store, "k", "b")));
  CHECK_FALSE(sync_wait(broker.send(dispatch::Topic::store, "k", "c")));
  CHECK(sync_wait(broker.send(dispatch::Topic::offline, "k", "c")));
}

}  // namespace
}  // namespace godwit::memory
