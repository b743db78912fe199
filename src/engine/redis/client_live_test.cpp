#include "base/worker.hpp"
#include "engine/redis/check.hpp"
#include "engine/redis/testing_redis.hpp"

namespace godwit::redis {
namespace {

using namespace testing;

void every_kind_of_call(Form form) {
  Scene scene(form);
  auto& client = scene.client();
  CHECK(good(client, {.words = {"SET", client.key("a"), std::string("x\0y", 3)}}).text == "OK");
  CHECK(good(scene.client(1), {.words = {"GET", client.key("a")}}).text == std::string("x\0y", 3));
  CHECK(good(client, {.words = {"GET", client.key("nobody")}}).is_nil());

  std::vector<Command> many;
  for (int i = 0; i < 1000; ++i) many.push_back({.words = {"SET", client.key(std::to_string(i)), std::to_string(i)}});
  for (int i = 0; i < 1000; ++i) many.push_back({.words = {"GET", client.key(std::to_string(i))}});
  const auto replies = sync_wait(client.run(std::move(many)));
  REQUIRE(replies);
  REQUIRE(replies->size() == 2000);
  for (int i = 0; i < 1000; ++i) CHECK((*replies)[static_cast<std::size_t>(1000 + i)].integer() == i);

  const auto both = sync_wait(client.run_atomically(
      {{.words = {"INCR", client.key("{t}n")}}, {.words = {"RPUSH", client.key("{t}l"), "a", "b"}}}));
  REQUIRE(both);
  CHECK(both->at(0).integer() == 1);
  CHECK(both->at(1).integer() == 2);

  const auto wrong = sync_wait(client.run(Command{.words = {"INCR", client.key("a")}}));
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().code == Code::internal);
  CHECK(good(client, {.words = {"GET", client.key("a")}}).text.size() == 3);  // the connection goes on
}

void scripts_are_told_once(Form form) {
  Scene scene(form);
  auto& client = scene.client();
  const Script script("return {KEYS[1], ARGV[1], '" + client.settings().prefix + "'}");  // nobody else has this one
  for (int i = 0; i < 3; ++i) CHECK(good(client, script.call({client.key("k")}, {"v"})).at(0).text == client.key("k"));
  const auto there = good(client, {.words = {"EVALSHA", script.hash(), "1", client.key("k"), "w"}, .key = 3});
  CHECK(there.at(1).text == "w");
}

void many_threads(Form form) {
  Scene scene(form);
  const auto key = scene.client().key("n");
  {
    std::vector<std::jthread> threads;
    for (std::size_t thread = 0; thread < 4; ++thread)
      threads.emplace_back([&, thread] {
        for (int i = 0; i < 500; ++i) (void)sync_wait(scene.client(thread % 2).run(Command{.words = {"INCR", key}}));
      });
  }
  CHECK(good(scene.client(), {.words = {"GET", key}}).integer() == 2000);
}

void at_the_bound(Form form) {
  auto settings = settings_of(form, own_prefix());
  settings.most_waiting = 10;
  Scene scene(settings);
  auto& client = scene.client();
  std::vector<Command> eleven(11, Command{.words = {"INCR", client.key("n")}});
  REQUIRE(sync_wait(client.run(eleven)));  // alone it passes
  std::atomic<int> done = 0, refused = 0;
  for (int i = 0; i < 200; ++i) {
    spawn([](Client& of, std::atomic<int>& good_ones, std::atomic<int>& others) -> Task<void> {
      const auto reply = co_await of.run(Command{.words = {"INCR", of.key("n")}});
      if (reply)
        ++good_ones;
      else if (reply.error().code == Code::unavailable && reply.error().retry_after_s > 0)
        ++others;
    }(client, done, refused));
  }
  const auto end = std::chrono::steady_clock::now() + 5s;
  while (done + refused < 200 && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(1ms);
  CHECK(done + refused == 200);
  CHECK(refused > 0);
  CHECK(good(client, {.words = {"GET", client.key("n")}}).integer() == 11 + done);  // what was refused was not done
}

/// Whoever waits on an executor goes on there, wherever the answer came.
void goes_on_at_home(Form form) {
  Scene scene(form);
  Worker home("home");
  std::atomic<int> here = 0, elsewhere = 0;
  for (int i = 0; i < 50; ++i) {
    home.post([&] {
      spawn([](Client& client, Executor& own, std::atomic<int>& good_ones, std::atomic<int>& others) -> Task<void> {
        const auto one = co_await client.run(Command{.words = {"INCR", client.key("n")}});
        const bool after_one = Executor::current() == &own;
        const auto many = co_await client.run(std::vector<Command>(3, Command{.words = {"INCR", client.key("n")}}));
        const bool after_many = Executor::current() == &own;
        ++(one && many && after_one && after_many ? good_ones : others);
      }(scene.client(), home, here, elsewhere));
    });
  }
  const auto end = std::chrono::steady_clock::now() + 10s;
  while (here + elsewhere < 50 && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(1ms);
  CHECK(here == 50);
  CHECK(elsewhere == 0);
}

void nobody_there() {
  Settings settings{.servers = {{.host = "127.0.0.1", .port = 1}}};
  settings.timeout = 300ms;
  for (const bool cluster : {false, true}) {
    settings.cluster = cluster;
    Log log(2, Level::error);
    Client client(settings, log);
    const auto began = std::chrono::steady_clock::now();
    const auto first = sync_wait(client.run(Command{.words = {"GET", "a"}}));
    REQUIRE_FALSE(first);
    CHECK(first.error().code == Code::unavailable);
    CHECK(std::chrono::steady_clock::now() - began >= 250ms);  // it was waited for
    CHECK(std::chrono::steady_clock::now() - began < 2s);
  }
}

TEST_SUITE("redis: the client") {
  TEST_CASE("every kind of call") {
    SUBCASE("single") { every_kind_of_call(Form::single); }
    SUBCASE("cluster") { every_kind_of_call(Form::cluster); }
  }
  TEST_CASE("a script is sent by name, and told where it is not known") {
    SUBCASE("single") { scripts_are_told_once(Form::single); }
    SUBCASE("cluster") { scripts_are_told_once(Form::cluster); }
  }
  TEST_CASE("many threads, two clients") {
    SUBCASE("single") { many_threads(Form::single); }
    SUBCASE("cluster") { many_threads(Form::cluster); }
  }
  TEST_CASE("whoever waits goes on where it waited") {
    SUBCASE("single") { goes_on_at_home(Form::single); }
    SUBCASE("cluster") { goes_on_at_home(Form::cluster); }
  }
  TEST_CASE("what goes beyond the bound is refused at once and not done") {
    SUBCASE("single") { at_the_bound(Form::single); }
    SUBCASE("cluster") { at_the_bound(Form::cluster); }
  }
  TEST_CASE("a Redis that is not there is unavailable within the time-out") { nobody_there(); }

  TEST_CASE("a client that ends answers whoever waits") {
    Log log(2, Level::error);
    auto settings = Settings{.servers = {{.host = "127.0.0.1", .port = 1}}};
    auto client = std::make_unique<Client>(settings, log);
    std::atomic<int> told = 0;
    spawn([](Client& of, std::atomic<int>& count) -> Task<void> {
      const auto reply = co_await of.run(Command{.words = {"GET", "a"}});
      if (!reply && reply.error().code == Code::unavailable) ++count;
    }(*client, told));
    client.reset();
    CHECK(told == 1);
  }

  TEST_CASE("settings that lose what was given are refused by name") {
    for (const auto form : {Form::single, Form::cluster}) {
      Scene scene(form);
      const auto good_one = sync_wait(check(scene.client()));
      if (!good_one) MESSAGE(good_one.error().detail);
      CHECK(good_one);
      auto other = settings_of(form, own_prefix());
      other.cluster = !other.cluster;
      Client client(other, scene.log());
      const auto refused = sync_wait(check(client));
      REQUIRE_FALSE(refused);
      CHECK(refused.error().code == Code::bad_parameter);
      CHECK(refused.error().detail.contains("of a cluster"));
    }
  }
}

}  // namespace
}  // namespace godwit::redis
