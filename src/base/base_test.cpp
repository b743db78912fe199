#include <doctest/doctest.h>

#include <string>
#include <semaphore>
#include <thread>

#include "base/gather.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "base/pool.hpp"

using namespace godwit;

namespace {
Task<int> seven() { co_return 7; }
Task<Result<int>> halve(int n) {
  if (n % 2 != 0) co_return fail(Code::bad_parameter, "odd");
  co_return n / 2;
}
Task<Result<int>> quarter(int n) {
  CO_TRY(const int half, co_await halve(n));
  co_return co_await halve(half);
}
}  // namespace

TEST_CASE("tasks chain, and errors leave them early") {
  CHECK(sync_wait(seven()) == 7);
  CHECK(*sync_wait(quarter(12)) == 3);
  CHECK(sync_wait(quarter(6)).error().code == Code::bad_parameter);
  CHECK(sync_wait(quarter(6)).error().detail == "odd");
}

TEST_CASE("a deep chain of tasks needs no stack") {
  struct Deep {
    static Task<int> down(int n) { co_return n == 0 ? 0 : 1 + co_await down(n - 1); }
  };
  CHECK(sync_wait(Deep::down(20'000)) == 20'000);
}

TEST_CASE("a pool runs what it takes, and refuses at its bound") {
  std::atomic<bool> go = false;
  Pool pool("test", 1, 2);
  CHECK(*sync_wait(pool.run([]() -> Result<int> { return 5; })) == 5);
  REQUIRE(pool.try_post([&] { go.wait(false); }));
  while (pool.waiting() != 0) std::this_thread::yield();
  CHECK(pool.try_post([] {}));
  CHECK(pool.try_post([] {}));
  CHECK_FALSE(pool.try_post([] {}));
  CHECK(sync_wait(pool.run([]() -> Result<int> { return 5; })).error().code == Code::unavailable);
  go = true;
  go.notify_all();
}

TEST_CASE("a pool that stops drops what waits, and answers it; what has begun is finished") {
  std::atomic<bool> go = false;
  std::atomic<int> begun = 0, ran = 0, answered = 0;
  Pool pool("test", 1, 100);
  std::vector<std::jthread> callers;
  for (int i = 0; i < 10; ++i) {
    callers.emplace_back([&] {
      const auto done = sync_wait(pool.run([&]() -> Result<int> {
        ++begun;
        go.wait(false);
        return ++ran;
      }));
      if (!done) CHECK(done.error().code == Code::unavailable);
      ++answered;
    });
  }
  while (begun < 1 || pool.waiting() < 9) std::this_thread::yield();
  std::jthread stopper([&] { pool.stop(); });
  while (answered < 9) std::this_thread::yield();
  CHECK(ran == 0);
  go = true;
  go.notify_all();
  stopper.join();
  callers.clear();
  CHECK(ran == 1);
  CHECK(answered == 10);
  CHECK_FALSE(pool.try_post([] {}));
}

TEST_CASE("lanes of a pool take turns: a thousand jobs of one delay another's by one") {
  std::vector<std::string> order;
  std::binary_semaphore blocked(0), go(0);
  {
    Pool pool("test", 1, 10'000);
    REQUIRE(pool.try_post([&] { blocked.release(), go.acquire(); }));
    blocked.acquire();
    for (int i = 0; i < 1000; ++i) REQUIRE(pool.try_post([&] { order.emplace_back("loud"); }, "loud"));
    for (const auto* quiet : {"a", "b"}) REQUIRE(pool.try_post([&order, quiet] { order.emplace_back(quiet); }, quiet));
    REQUIRE(pool.try_post([&] { order.emplace_back("nobody's"); }));
    go.release();
    while (pool.waiting() != 0) std::this_thread::yield();
  }
  REQUIRE(order.size() == 1003);
  order.resize(4);
  CHECK(order == std::vector<std::string>{"loud", "a", "b", "nobody's"});
}

TEST_CASE("a lane takes neither all of a pool's threads nor all of its queue") {
  std::binary_semaphore blocked(0);
  std::atomic<bool> go = false;
  Pool pool("test", 2, 8);
  REQUIRE(pool.try_post([&] { blocked.release(), go.wait(false); }, "loud"));
  blocked.acquire();
  for (int i = 0; i < 2; ++i) CHECK(pool.try_post([&] { go.wait(false); }, "loud"));
  CHECK(pool.waiting() == 2);
  CHECK_FALSE(pool.try_post([] {}, "loud"));
  CHECK(*sync_wait(pool.run([]() -> Result<int> { return 5; }, "quiet")) == 5);  // the other thread is free for it
  CHECK(pool.waiting() == 2);
  go = true;
  go.notify_all();
}

TEST_CASE("gather awaits all, in the order of their starts") {
  Pool pool("test", 2, 100);
  const auto both = [](Pool& p) -> Task<std::vector<int>> {
    Gather<int> gather;
    gather.start(seven());
    gather.start(seven());
    (void)p;
    co_return co_await gather.all();
  };
  CHECK(sync_wait(both(pool)) == std::vector<int>{7, 7});
}

TEST_CASE("every code has its own row") {
  for (int i = 0; i <= static_cast<int>(Code::unavailable); ++i) {
    const auto& row = info(static_cast<Code>(i));
    CHECK(row.status >= 400);
    CHECK_FALSE(row.title.empty());
    CHECK((row.name == "internal") == (static_cast<Code>(i) == Code::internal));
  }
}

TEST_CASE("JSON strings are escaped") {
  std::string out;
  append_json_string(out, std::string_view("a\"b\\c\n\t\x01\x7F中", 12));
  CHECK(out == "\"a\\\"b\\\\c\\n\\t\\u0001\x7F中\"");
}

TEST_CASE("metrics come in the text format, families together") {
  Metrics metrics;
  metrics.counter("x_total", "Xs.", "kind=\"a\"").add(3);
  metrics.counter("x_total", "Xs.", "kind=\"b\"").add();
  CHECK(&metrics.counter("x_total", "Xs.", "kind=\"a\"") == &metrics.counter("x_total", "Xs.", "kind=\"a\""));
  metrics.histogram("t_seconds", "Ts.").observe(0.00006);
  metrics.gauge("g", "Gs.", [] { return 2.5; });
  const auto text = metrics.text();
  CHECK(text.find("# TYPE x_total counter\nx_total{kind=\"a\"} 3\nx_total{kind=\"b\"} 1\n") != std::string::npos);
  CHECK(text.find("t_seconds_bucket{le=\"5e-05\"} 0\nt_seconds_bucket{le=\"0.0001\"} 1\n") != std::string::npos);
  CHECK(text.find("t_seconds_bucket{le=\"+Inf\"} 1\n") != std::string::npos);
  CHECK(text.find("g 2.5\n") != std::string::npos);
  CHECK(metrics.counted("x_total") == 4);
  CHECK(metrics.counted("nothing") == 0);
  CHECK(metrics.measured("t_seconds").count == 1);
  CHECK(metrics.measured("t_seconds").seconds == doctest::Approx(0.00006));
}

TEST_CASE("a queue is a gauge that knows its bound") {
  Metrics metrics;
  std::size_t waiting = 3;
  metrics.queue({.name = "reads",
                 .metric = "work_waiting",
                 .help = "Work that waits.",
                 .labels = "kind=\"read\"",
                 .bound = 8,
                 .depth = [&] { return waiting; }});
  CHECK(metrics.text().find("# TYPE work_waiting gauge\nwork_waiting{kind=\"read\"} 3\n") != std::string::npos);
  waiting = 5;
  const auto queues = metrics.queues();
  REQUIRE(queues.size() == 1);
  CHECK(queues[0].name == "reads");
  CHECK(queues[0].depth == 5);
  CHECK(queues[0].bound == 8);
}
