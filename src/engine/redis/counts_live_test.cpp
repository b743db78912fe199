#include "engine/redis/counts.hpp"

#include "engine/redis/testing_redis.hpp"
#include "user/store/counts_suite.hpp"

namespace godwit::redis {
namespace {

using namespace testing;
using user::suite::count;
using user::suite::counted;
using user::suite::take_back;

class Bed final : public user::suite::CountsBed {
 public:
  explicit Bed(Form form) : scene_(form) {}
  user::Counts& client(std::size_t process) override { return process == 0 ? one_ : two_; }
  void advance(Millis time) override { clock_.advance(time); }

 private:
  Scene scene_;
  ManualClock clock_;
  RedisCounts one_{scene_.client(0), &clock_}, two_{scene_.client(1), &clock_};
};

/// Many names at once, of which the last is full: nothing of the others stays counted, whoever else counts meanwhile.
void taken_back_under_load(Form form) {
  Scene scene(form);
  RedisCounts one(scene.client(0)), two(scene.client(1));
  const auto full = counted("full", 1, 1'000'000);
  REQUIRE(count(one, {full}, "first") == 0);
  std::vector<CountedName> names;
  for (int i = 0; i < 8; ++i) names.push_back(counted("name" + std::to_string(i), 20, 1'000'000));
  names.push_back(full);
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 4; ++thread)
      threads.emplace_back([&, thread] {
        for (int i = 0; i < 25; ++i) {
          const auto done = sync_wait((thread % 2 == 0 ? one : two).count(names, std::to_string(thread * 100 + i)));
          if (done || done.error().code != Code::rate_limited) std::abort();
        }
      });
  }
  names.pop_back();
  for (int i = 0; i < 20; ++i) CHECK(count(i % 2 == 0 ? one : two, names, "after" + std::to_string(i)) == 0);
  CHECK(count(one, names, "beyond") > 0);
}

TEST_SUITE("redis: counts") {
  TEST_CASE("single") {
    user::suite::counts([] { return std::make_unique<Bed>(Form::single); });
  }
  TEST_CASE("cluster") {
    user::suite::counts([] { return std::make_unique<Bed>(Form::cluster); });
  }
  TEST_CASE("of several slots: none or all, under load") {
    SUBCASE("single") { taken_back_under_load(Form::single); }
    SUBCASE("cluster") { taken_back_under_load(Form::cluster); }
  }

  TEST_CASE("by Redis' clock") {
    Scene scene(Form::cluster);
    RedisCounts one(scene.client(0)), two(scene.client(1));
    const auto ann = counted("ann", 1, 300);
    CHECK(count(one, {ann}, "1") == 0);
    CHECK(count(two, {ann}, "2") == 1);
    std::this_thread::sleep_for(350ms);
    CHECK(count(two, {ann}, "3") == 0);
  }

  TEST_CASE("a name is kept no longer than its count") {
    Scene scene(Form::single);
    RedisCounts counts(scene.client());
    const auto key = scene.client().key("count:ann");
    const auto left = [&] { return good(scene.client(), {.words = {"PTTL", key}}).integer(); };
    CHECK(count(counts, {counted("ann", 5, 200'000)}, "1") == 0);
    CHECK(left() > 190'000);
    CHECK(left() <= 201'000);
    take_back(counts, {counted("ann", 5, 200'000)}, "1");
    CHECK(left() == -2);  // it is gone
    CHECK(count(counts, {counted("ann", 5, 10)}, "2") == 0);
    CHECK(left() > 59'000);  // as long as it may be taken back
    CHECK(left() <= 61'000);
  }

  TEST_CASE("attempts of a busy name that may be taken back no more are not kept") {
    Scene scene(Form::single);
    ManualClock clock;
    RedisCounts counts(scene.client(), &clock);
    const auto busy = counted("busy", 1000, 10);
    for (int i = 0; i < 600; ++i) {
      REQUIRE(count(counts, {busy}, std::to_string(i)) == 0);
      clock.advance(1000);
    }
    CHECK(count(counts, {busy}, "599") == 0);  // of a second ago: known
    const auto fields = good(scene.client(), {.words = {"HLEN", scene.client().key("count:busy")}}).integer();
    CHECK(fields <= 2 * 61 + 40);
    CHECK(fields > 60);
  }

  TEST_CASE("a Redis that is away is unavailable, and the same attempt may come again") {
    Log log(2, Level::error);
    Settings settings{.servers = {{.host = "127.0.0.1", .port = 1}}};
    settings.timeout = 200ms;
    Client client(settings, log);
    RedisCounts counts(client);
    const auto done = sync_wait(counts.count({counted("ann", 1, 1000)}, "1"));
    REQUIRE_FALSE(done);
    CHECK(done.error().code == Code::unavailable);
  }
}

}  // namespace
}  // namespace godwit::redis
