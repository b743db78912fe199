#include "base/worker.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <latch>

#include "base/pool.hpp"
#include "base/task.hpp"

using namespace godwit;
using namespace std::chrono_literals;

TEST_CASE("worker: jobs run in order, later ones at their time, and what was posted runs before the end") {
  std::vector<int> order;
  {
    Worker worker("test");
    std::latch late(1);
    worker.post_after(20ms, [&] { order.push_back(3), late.count_down(); });
    worker.post_after(10ms, [&] { order.push_back(2); });
    worker.post([&] { order.push_back(1); });
    late.wait();
    worker.post_after(1h, [&] { order.push_back(9); });
    worker.post([&] { order.push_back(4); });
  }
  CHECK(order == std::vector{1, 2, 3, 4});
}

TEST_CASE("worker: a coroutine that waits for a pool comes home") {
  Pool pool("pool", 1, 10);
  std::thread::id before, behind;
  std::latch done(1);
  Worker worker("test");
  worker.post([&] {
    spawn([](Pool& on, std::thread::id& first, std::thread::id& second, std::latch& end) -> Task<void> {
      first = std::this_thread::get_id();
      (void)co_await on.run([]() -> Result<int> { return 1; });
      second = std::this_thread::get_id();
      end.count_down();
    }(pool, before, behind, done));
  });
  done.wait();
  CHECK(before == behind);
  CHECK(before != std::this_thread::get_id());
}
