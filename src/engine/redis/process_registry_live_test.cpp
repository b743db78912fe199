#include "engine/redis/process_registry.hpp"

#include "engine/redis/testing_redis.hpp"
#include "service/process_registry_suite.hpp"

namespace godwit::redis {
namespace {

using namespace testing;

/// Two processes, which take turns, so that what the one has changed the other sees.
class Turns final : public processes::Registry {
 public:
  Turns(Scene& scene, const Clock& clock) : one_(scene.client(0), &clock), two_(scene.client(1), &clock) {}
  Task<Result<void>> announce(processes::Entry entry) override { return next().announce(std::move(entry)); }
  Task<Result<void>> withdraw(std::string id) override { return next().withdraw(std::move(id)); }
  Task<Result<std::vector<processes::Entry>>> entries() override { return next().entries(); }

 private:
  RedisProcessRegistry& next() { return turn_++ % 2 == 0 ? one_ : two_; }

  RedisProcessRegistry one_, two_;
  std::size_t turn_ = 0;
};

class Bed final : public processes::suite::Bed {
 public:
  explicit Bed(Form form) : scene_(form) {}
  processes::Registry& registry() override { return registry_; }
  void pass(Millis time) override { clock_.advance(time); }

 private:
  Scene scene_;
  ManualClock clock_;
  Turns registry_{scene_, clock_};
};

TEST_SUITE("redis: processes") {
  TEST_CASE("single") {
    processes::suite::process_registry_suite([] { return std::make_unique<Bed>(Form::single); });
  }
  TEST_CASE("cluster") {
    processes::suite::process_registry_suite([] { return std::make_unique<Bed>(Form::cluster); });
  }
  TEST_CASE("by Redis' own clock, and after a clock that was set back") {
    Scene scene(Form::single);
    ManualClock ahead(SystemClock().now() + 86'400'000);
    RedisProcessRegistry early(scene.client(0), &ahead), own(scene.client(1));
    REQUIRE(sync_wait(early.announce(processes::suite::entry_of("ahead"))));
    REQUIRE(sync_wait(own.announce(processes::suite::entry_of("own"))));
    const auto all = sync_wait(own.entries());
    REQUIRE(all);
    REQUIRE(all->size() == 2);
    CHECK(all->at(0).silent == 0);
    CHECK(all->at(1).silent < 60'000);
  }
}

}  // namespace
}  // namespace godwit::redis
