#include <algorithm>

#include "engine/redis/check.hpp"
#include "engine/redis/testing_own_redis.hpp"

namespace godwit::redis {
namespace {

using namespace testing;

constexpr int kKeys = 200;
const Script kBoth("redis.call('INCR', KEYS[1]) redis.call('INCR', KEYS[2]) return 1");

std::string load_key(int i) { return "{load}" + std::to_string(i); }

/// Keys of one slot, counted up by threads in every way there is, until told to stop.
class Load {
 public:
  explicit Load(Client& client) : client_(client) {
    for (int thread = 0; thread < 4; ++thread) threads_.emplace_back([this, thread] { work(thread); });
  }
  void stop() {
    stopping_ = true;
    threads_.clear();
  }
  std::atomic<int> counted = 0, failed = 0;

 private:
  void work(int thread) {
    for (int i = thread; !stopping_; i += 7) {
      const auto a = load_key(i % kKeys), b = load_key((i * 31 + 17) % kKeys);
      if (i % 3 == 0) {
        const auto done = sync_wait(client_.run(kBoth.call({a, b}, {})));
        note(done.has_value(), 2);
      } else if (i % 3 == 1) {
        const auto done = sync_wait(client_.run_atomically({{.words = {"INCR", a}}, {.words = {"INCR", b}}}));
        note(done.has_value(), 2);
      } else {
        const auto done = sync_wait(client_.run(std::vector<Command>{{.words = {"INCR", a}}, {.words = {"INCR", b}}}));
        note(done.has_value(), 2);
      }
    }
  }
  void note(bool done, int many) {
    if (done)
      counted += many;
    else
      ++failed;
  }

  Client& client_;
  std::atomic<bool> stopping_ = false;
  std::vector<std::jthread> threads_;
};

Reply at(Client& client, const Address& node, std::vector<std::string> words) {
  auto reply = sync_wait(client.run_at(node, {.words = std::move(words), .key = 0}));
  if (!reply) MESSAGE(reply.error().detail);
  REQUIRE(reply);
  return std::move(*reply);
}

void begin_move(Client& client, Slot slot, const Address& from, const Address& to) {
  const auto number = std::to_string(slot);
  const auto from_id = at(client, from, {"CLUSTER", "MYID"}).text, to_id = at(client, to, {"CLUSTER", "MYID"}).text;
  at(client, to, {"CLUSTER", "SETSLOT", number, "IMPORTING", from_id});
  at(client, from, {"CLUSTER", "SETSLOT", number, "MIGRATING", to_id});
}

/// Moves the slot as redis-cli does, a few keys at a time.
void move_slot(Client& client, Slot slot, const Address& from, const Address& to) {
  const auto number = std::to_string(slot);
  const auto to_id = at(client, to, {"CLUSTER", "MYID"}).text;
  begin_move(client, slot, from, to);
  for (;;) {
    const auto keys = at(client, from, {"CLUSTER", "GETKEYSINSLOT", number, "10"});
    if (keys.size() == 0) break;
    std::vector<std::string> words{"MIGRATE", to.host, std::to_string(to.port), "", "0", "5000", "KEYS"};
    for (const auto& key : keys.elements) words.push_back(key.text);
    at(client, from, std::move(words));
    std::this_thread::sleep_for(5ms);
  }
  at(client, to, {"CLUSTER", "SETSLOT", number, "NODE", to_id});
  at(client, from, {"CLUSTER", "SETSLOT", number, "NODE", to_id});
}

/// Writes until a write is answered; how long that took.
std::chrono::milliseconds until_written(Client& client, const std::string& value, std::chrono::milliseconds& longest) {
  const auto began = std::chrono::steady_clock::now();
  for (;;) {
    const auto call = std::chrono::steady_clock::now();
    const auto done = sync_wait(client.run(Command{.words = {"SET", client.key("{load}"), value}}));
    const auto now = std::chrono::steady_clock::now();
    longest = std::max(longest, std::chrono::duration_cast<std::chrono::milliseconds>(now - call));
    if (done) return std::chrono::duration_cast<std::chrono::milliseconds>(now - began);
    CHECK(done.error().code == Code::unavailable);
    REQUIRE(now - began < 60s);
    std::this_thread::sleep_for(10ms);
  }
}

void await_new_primary(Client& client, Slot slot, const Address& old) {
  const auto end = std::chrono::steady_clock::now() + 30s;
  while (primary_of(client, slot) == old) {
    REQUIRE(std::chrono::steady_clock::now() < end);
    std::this_thread::sleep_for(50ms);
  }
}

TEST_SUITE("redis: a cluster of one's own") {
  TEST_CASE("slots move under load: nothing fails, everything is done once") {
    OwnRedis redis(Form::cluster);
    Scene scene(redis.settings());
    auto& client = scene.client();
    for (int i = 0; i < kKeys; ++i) good(client, {.words = {"SET", load_key(i), "0"}});
    const auto slot = slot_of(load_key(0));
    const auto all = ranges_of(client);
    REQUIRE(all.size() == 3);
    Load load(client);
    for (int round = 0; round < 3; ++round)
      for (std::size_t i = 0; i < all.size(); ++i) {
        const auto from = primary_of(scene.client(1), slot);
        const auto to = all[(i + 1) % all.size()].primary;
        if (from != to) move_slot(scene.client(1), slot, from, to);
        std::this_thread::sleep_for(50ms);
      }
    load.stop();
    CHECK(load.failed == 0);
    CHECK(load.counted > 100);
    std::int64_t sum = 0;
    for (int i = 0; i < kKeys; ++i) sum += good(client, {.words = {"GET", load_key(i)}}).integer();
    CHECK(sum == load.counted);
    const auto& redirects = client.redirects();
    MESSAGE("counted " << load.counted.load() << ", moved " << redirects.moved.load() << ", asked "
                       << redirects.asked.load() << ", again " << redirects.again.load());
    CHECK(redirects.moved > 0);
    CHECK(redirects.asked > 0);
    CHECK(redirects.again > 0);
  }

  TEST_CASE("a slot that stays between two nodes is used at both") {
    OwnRedis redis(Form::cluster);
    Scene scene(redis.settings());
    auto& client = scene.client();
    const auto slot = slot_of("{load}");
    const auto from = primary_of(client, slot);
    const auto all = ranges_of(client);
    const auto to = all[0].primary == from ? all[1].primary : all[0].primary;
    good(client, {.words = {"SET", "{load}old", "1"}});
    begin_move(client, slot, from, to);
    CHECK(good(client, {.words = {"INCR", "{load}old"}}).integer() == 2);  // still there
    CHECK(good(client, {.words = {"INCR", "{load}new"}}).integer() == 1);  // by ASK
    CHECK(good(client, {.words = {"INCR", "{load}new"}}).integer() == 2);
    // Several keys that are not all at one end, or nowhere yet: TRYAGAIN at both ends, until the time is over.
    const auto waits = [](const auto& done) {
      REQUIRE_FALSE(done);
      CHECK(done.error().code == Code::unavailable);
    };
    waits(sync_wait(client.run(kBoth.call({"{load}old", "{load}new"}, {}))));
    waits(sync_wait(client.run(kBoth.call({"{load}a", "{load}b"}, {}))));
    waits(sync_wait(client.run_atomically({{.words = {"INCR", "{load}a"}}, {.words = {"INCR", "{load}b"}}})));
    CHECK(good(client, {.words = {"GET", "{load}old"}}).text == "2");  // nothing of it was done
    CHECK(good(client, {.words = {"GET", "{load}a"}}).is_nil());
    move_slot(client, slot, from, to);
    CHECK(good(client, kBoth.call({"{load}old", "{load}new"}, {})).integer() == 1);
    CHECK(good(client, {.words = {"GET", "{load}old"}}).text == "3");
  }

  TEST_CASE("a primary that is killed is followed to its replica") {
    OwnRedis redis(Form::cluster);
    Scene scene(redis.settings());
    auto& client = scene.client();
    std::chrono::milliseconds longest{0};
    until_written(client, "before", longest);
    const auto slot = slot_of("{load}");
    const auto old = primary_of(client, slot);
    longest = {};
    redis.kill(old.port);
    const auto outage = until_written(client, "after", longest);
    MESSAGE("outage " << outage.count() << " ms, longest call " << longest.count() << " ms");
    CHECK(longest < 2500ms);  // the time-out, and a tick
    CHECK(outage < 20s);
    CHECK(primary_of(client, slot) != old);
    CHECK(good(scene.client(1), {.words = {"GET", client.key("{load}")}}).text == "after");
    redis.up();
    CHECK(good(client, {.words = {"GET", client.key("{load}")}}).text == "after");
  }

  TEST_CASE("a primary that stands still is left behind, and what it says later is not heard") {
    OwnRedis redis(Form::cluster);
    Scene scene(redis.settings());
    auto& client = scene.client();
    std::chrono::milliseconds longest{0};
    until_written(client, "before", longest);
    const auto slot = slot_of("{load}");
    const auto old = primary_of(client, slot);
    longest = {};
    redis.pause(old.port);
    const auto outage = until_written(client, "after", longest);
    MESSAGE("outage " << outage.count() << " ms, longest call " << longest.count() << " ms");
    CHECK(longest < 2500ms);
    await_new_primary(client, slot, old);
    redis.resume(old.port);
    for (int i = 0; i < 200; ++i) {
      const auto read = sync_wait(client.run(Command{.words = {"GET", client.key("{load}")}}));
      if (read) CHECK(read->text == "after");
      std::this_thread::sleep_for(5ms);
    }
  }
}

TEST_SUITE("redis: a server of one's own") {
  TEST_CASE("gone, back, standing still") {
    OwnRedis redis(Form::single);
    auto settings = redis.settings();
    settings.servers.pop_back();
    settings.timeout = 500ms;
    Scene scene(settings);
    auto& client = scene.client();
    std::chrono::milliseconds longest{0};
    until_written(client, "1", longest);
    redis.kill(redis.port());
    for (int i = 0; i < 20; ++i) {
      const auto began = std::chrono::steady_clock::now();
      const auto refused = sync_wait(client.run(Command{.words = {"GET", client.key("a")}}));
      REQUIRE_FALSE(refused);
      CHECK(refused.error().code == Code::unavailable);
      const auto took = std::chrono::steady_clock::now() - began;
      CHECK(took < 700ms);
      if (i > 5) CHECK(took < 100ms);  // it is known to be away
    }
    redis.up();
    CHECK(until_written(client, "2", longest) < 3s);
    redis.pause(redis.port());
    longest = {};
    CHECK_FALSE(sync_wait(client.run(Command{.words = {"GET", client.key("a")}})));
    redis.resume(redis.port());
    CHECK(until_written(client, "3", longest) < 3s);
  }

  TEST_CASE("its settings are looked at; a full one and one with a password say so") {
    OwnRedis redis(Form::single);
    auto settings = redis.settings();
    settings.servers.pop_back();
    Scene scene(settings);
    auto& client = scene.client();
    REQUIRE(sync_wait(check(client)));
    const auto refused = [&](const char* name, const char* bad, const char* fine) {
      good(client, {.words = {"CONFIG", "SET", name, bad}, .key = 0});
      const auto checked = sync_wait(check(client));
      REQUIRE_FALSE(checked);
      CHECK(checked.error().code == Code::bad_parameter);
      CHECK(checked.error().detail.contains(std::string(name) + " is " + bad + ", must be " + fine));
      good(client, {.words = {"CONFIG", "SET", name, fine}, .key = 0});
    };
    refused("maxmemory-policy", "allkeys-lru", "noeviction");
    refused("appendonly", "no", "yes");
    good(client, {.words = {"CONFIG", "SET", "maxmemory", "1"}, .key = 0});
    const auto full = sync_wait(client.run(Command{.words = {"SET", client.key("a"), "x"}}));
    REQUIRE_FALSE(full);
    CHECK(full.error().code == Code::unavailable);
    good(client, {.words = {"CONFIG", "SET", "maxmemory", "0"}, .key = 0});

    good(client, {.words = {"CONFIG", "SET", "requirepass", "secret"}, .key = 0});
    Client stranger(settings, scene.log());
    const auto unknown = sync_wait(stranger.run(Command{.words = {"GET", "a"}}));
    REQUIRE_FALSE(unknown);
    CHECK(unknown.error().code == Code::unavailable);
    settings.password = "secret";
    Client friend_of_it(settings, scene.log());
    good(friend_of_it, {.words = {"SET", "a", "1"}});
    settings.user = "default";
    Client by_name(settings, scene.log());
    CHECK(good(by_name, {.words = {"GET", "a"}}).text == "1");
    good(client, {.words = {"CONFIG", "SET", "requirepass", ""}, .key = 0});
  }
}

}  // namespace
}  // namespace godwit::redis
