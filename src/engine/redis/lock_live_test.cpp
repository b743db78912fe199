#include "engine/redis/lock.hpp"

#include <atomic>
#include <thread>

#include "engine/redis/testing_redis.hpp"

namespace godwit::redis {
namespace {
using namespace std::chrono_literals;

struct Bed {
  Log log{2, Level::error};
  Client client{testing::settings_of(testing::Form::cluster, testing::own_prefix()), log};
  Lock lock{client};
  std::string name = client.key("{g:walkers}:filling");
  bool take(const std::string& token, std::chrono::milliseconds longest = 10s) {
    return *sync_wait(lock.take(name, token, longest));
  }
  void release(const std::string& token) { REQUIRE(sync_wait(lock.release(name, token))); }
  ~Bed() { testing::remove_keys(client); }
};
}  // namespace

TEST_CASE("redis: a lock is one holder's until it releases it, or its time is over") {
  Bed bed;
  CHECK(bed.take("a"));
  CHECK_FALSE(bed.take("b"));
  bed.release("b");  // not its own
  CHECK_FALSE(bed.take("b"));
  bed.release("a");
  CHECK(bed.take("b", 100ms));
  std::this_thread::sleep_for(200ms);
  CHECK(bed.take("c"));
  bed.release("b");  // it ran out, and is another's now
  CHECK_FALSE(bed.take("d"));
}

TEST_CASE("redis: of many that want a lock at once one gets it") {
  Bed bed;
  std::atomic<int> got{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) threads.emplace_back([&, i] { got += bed.take(std::to_string(i)) ? 1 : 0; });
  }
  CHECK(got == 1);
}

}  // namespace godwit::redis
