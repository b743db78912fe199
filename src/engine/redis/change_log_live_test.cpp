#include "engine/redis/change_log.hpp"

#include <functional>

#include "engine/redis/testing_own_redis.hpp"
#include "service/change_feed.hpp"
#include "service/change_log_suite.hpp"

namespace godwit::redis {
namespace {

using namespace testing;
using changes::Change;
using changes::Position;

/// Keeps what it hears until somebody takes it, on his thread.
class Kept final : public changes::Follower {
 public:
  void changed(std::span<const Change> changes, Position behind) override {
    keep([kept = std::vector(changes.begin(), changes.end()), behind](Follower& to) { to.changed(kept, behind); });
  }
  void lost() override {
    keep([](Follower& to) { to.lost(); });
  }
  void heard(Position position, Millis as_of) override {
    keep([=](Follower& to) { to.heard(position, as_of); });
    last_as_of = as_of;
  }
  void hand_to(Follower& to) {
    std::lock_guard lock(mutex_);
    for (const auto& event : std::exchange(events_, {})) event(to);
  }
  std::atomic<Millis> last_as_of{0};

 private:
  void keep(std::function<void(Follower&)> event) {
    std::lock_guard lock(mutex_);
    events_.push_back(std::move(event));
  }
  std::mutex mutex_;
  std::vector<std::function<void(Follower&)>> events_;
};

/// Waits until everybody who follows this log was told what is published now.
void settle(changes::ChangeLog& log, const Clock& clock) {
  const auto now = clock.now();
  Kept probe;
  log.follow(probe);
  const auto end = std::chrono::steady_clock::now() + 10s;
  while (probe.last_as_of <= now) {  // what was published in that very millisecond may not be in it
    REQUIRE(std::chrono::steady_clock::now() < end);
    std::this_thread::sleep_for(1ms);
  }
  log.unfollow(probe);
}

/// Hands to its followers what the log says when it is told to, on the thread of the test.
class Calm final : public changes::ChangeLog {
 public:
  explicit Calm(changes::ChangeLog& log) : log_(log) {}
  [[nodiscard]] bool outlives_publisher() const noexcept override { return log_.outlives_publisher(); }
  Task<Result<Position>> publish(std::vector<Change> changes) override { return log_.publish(std::move(changes)); }
  void follow(changes::Follower& follower) override { log_.follow(*(kept_[&follower] = std::make_unique<Kept>())); }
  void unfollow(changes::Follower& follower) override {
    log_.unfollow(*kept_.at(&follower));
    kept_.erase(&follower);
  }
  void hand_over() {
    for (const auto& [follower, kept] : kept_) kept->hand_to(*follower);
  }

 private:
  changes::ChangeLog& log_;
  std::map<changes::Follower*, std::unique_ptr<Kept>> kept_;
};

class Bed final : public changes::suite::Bed {
 public:
  explicit Bed(Form form) : scene_(form) {}
  changes::ChangeLog& client(std::size_t process) override { return process == 0 ? calm_one_ : calm_two_; }
  void settle() override {
    for (auto* log : {&one_, &two_}) redis::settle(*log, clock_);
    calm_one_.hand_over(), calm_two_.hand_over();
  }

 private:
  Scene scene_;
  SystemClock clock_;
  RedisChangeLog one_{scene_.client(0), clock_}, two_{scene_.client(1), clock_};
  Calm calm_one_{one_}, calm_two_{two_};
};

/// Follows in another process than the one that publishes; what it heard is taken on the test's thread.
struct Reader {
  Reader(Client& client, ChangeLogSettings settings) : log(client, clock, settings) { log.follow(kept); }
  ~Reader() { log.unfollow(kept); }
  void settle() {
    redis::settle(log, clock);
    kept.hand_to(heard);
  }
  SystemClock clock;
  RedisChangeLog log;
  Kept kept;
  changes::suite::Heard heard;
};

Position publish_again(RedisChangeLog& log, const Change& change) {
  for (int i = 0; i < 200; ++i) {
    const auto done = sync_wait(log.publish({change}));
    if (done) return *done;
    std::this_thread::sleep_for(50ms);
  }
  FAIL("nothing could be published");
  return {};
}

/// A log that has lost what it had says so, and goes on further.
void loses(Settings settings, const std::function<void(Client&)>& lose) {
  Scene scene(std::move(settings));
  Reader reader(scene.client(1), {});
  SystemClock clock;
  RedisChangeLog log(scene.client(0), clock);
  const auto before = changes::suite::publish(log, {changes::card(UserKey("ann"))});
  reader.settle();
  REQUIRE(reader.heard.all.size() == 1);
  REQUIRE(reader.heard.losses == 0);
  lose(scene.client(0));
  const auto after = publish_again(log, changes::card(UserKey("bob")));
  for (int i = 0; i < 200 && reader.kept.last_as_of < clock.now() - 500; ++i) std::this_thread::sleep_for(50ms);
  reader.settle();
  CHECK(reader.heard.losses > 0);
  CHECK(reader.heard.positions.back() > before);
  CHECK(reader.heard.positions.back().epoch > before.epoch);
  CHECK(reader.heard.positions.back() >= after);
  CHECK(std::ranges::is_sorted(reader.heard.positions));
  const auto losses = reader.heard.losses;
  const auto next = changes::suite::publish(log, {changes::card(UserKey("carl"))});
  reader.settle();
  CHECK(reader.heard.losses == losses);  // it goes on from there
  CHECK(reader.heard.all.back() == changes::card(UserKey("carl")));
  CHECK(reader.heard.positions.back() == next);
}

Settings only(OwnRedis& redis) {
  auto settings = redis.settings();
  settings.servers.resize(1);
  return settings;
}

TEST_SUITE("redis: the change log") {
  TEST_CASE("single") {
    changes::suite::change_log([] { return std::make_unique<Bed>(Form::single); });
  }
  TEST_CASE("cluster") {
    changes::suite::change_log([] { return std::make_unique<Bed>(Form::cluster); });
  }

  TEST_CASE("is heard of often, and a change within a second") {
    Scene scene(Form::cluster);
    Reader reader(scene.client(1), {});
    SystemClock clock;
    RedisChangeLog log(scene.client(0), clock);
    Millis longest = 0, last = reader.kept.last_as_of;
    const auto end = clock.now() + 2000;
    while (clock.now() < end) {
      const auto as_of = reader.kept.last_as_of.load();
      longest = std::max(longest, clock.now() - as_of), last = as_of;
      std::this_thread::sleep_for(1ms);
    }
    CHECK(last > end - 1000);
    CHECK(longest < 500);
    changes::suite::publish(log, {changes::card(UserKey("ann"))});
    const auto published = clock.now();
    while (reader.heard.all.empty() && clock.now() < published + 5000) reader.kept.hand_to(reader.heard);
    CHECK(clock.now() - published < 1000);
    MESSAGE("longest silence " << longest << " ms, heard after " << clock.now() - published << " ms");
  }

  TEST_CASE("who is further behind than it keeps is told that some are lost") {
    Scene scene(Form::single);
    const ChangeLogSettings settings{.kept = 10};
    Reader reader(scene.client(1), settings);
    SystemClock clock;
    RedisChangeLog log(scene.client(0), clock, settings);
    const std::vector<Change> many(1500, changes::card(UserKey("ann")));
    const auto last = changes::suite::publish(log, many);
    reader.settle();
    CHECK(reader.heard.losses > 0);
    CHECK(reader.heard.positions.back() == last);
    CHECK(good(scene.client(), {.words = {"XLEN", scene.client().key("{changes}:stream")}}).integer() == 10);
  }

  TEST_CASE("more changes than a page come all, in order") {
    Scene scene(Form::single);
    Reader reader(scene.client(1), {});
    SystemClock clock;
    RedisChangeLog log(scene.client(0), clock);
    std::vector<Change> many;
    for (int i = 0; i < 2500; ++i) many.push_back(changes::card(UserKey("u" + std::to_string(i))));
    changes::suite::publish(log, many);
    reader.settle();
    CHECK(reader.heard.all == many);
    CHECK(reader.heard.losses == 0);
  }

  TEST_CASE("that is away: nobody is told that nothing is missing; whoever began then is told that something may be") {
    OwnRedis redis(Form::single);
    auto settings = only(redis);
    settings.timeout = 300ms;
    Scene scene(settings);
    Reader early(scene.client(0), {});
    changes::ChangeFeed feed(early.log, early.clock);
    CHECK(feed.fresh());
    redis.kill(redis.port());
    std::this_thread::sleep_for(1500ms);
    CHECK_FALSE(feed.fresh());
    Reader late(scene.client(1), {});
    CHECK(late.kept.last_as_of == 0);
    CHECK_FALSE(sync_wait(late.log.publish({changes::card(UserKey("ann"))})));
    redis.up();
    const auto end = std::chrono::steady_clock::now() + 10s;
    while ((!feed.fresh() || late.kept.last_as_of == 0) && std::chrono::steady_clock::now() < end)
      std::this_thread::sleep_for(10ms);
    CHECK(feed.fresh());
    late.settle();
    CHECK(late.heard.losses > 0);
  }

  TEST_CASE("on a Redis that is emptied") {
    OwnRedis redis(Form::single);
    loses(only(redis), [](Client& client) { good(client, {.words = {"FLUSHALL"}, .key = 0}); });
  }
  TEST_CASE("on a Redis that is killed and comes back") {
    OwnRedis redis(Form::single);
    loses(only(redis), [&](Client&) {
      redis.kill(redis.port());
      redis.up();
    });
  }
  TEST_CASE("whose primary is killed") {
    OwnRedis redis(Form::cluster);
    loses(redis.settings(),
          [&](Client& client) { redis.kill(primary_of(client, slot_of(client.key("{changes}:head"))).port); });
  }
}

}  // namespace
}  // namespace godwit::redis
