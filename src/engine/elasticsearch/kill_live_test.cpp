#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "archive/testing_author.hpp"
#include "engine/elasticsearch/testing_archive.hpp"
#include "engine/elasticsearch/testing_own_server.hpp"

namespace godwit::engine::elasticsearch {
namespace {

using namespace archive::suite;
using std::chrono::seconds;
using std::chrono::steady_clock;

/// Puts batch after batch, each again until it is taken, as the bus does.
class Load {
 public:
  explicit Load(ElasticArchive& archive) : archive_(archive), thread_([this] { run(); }) {}
  ~Load() { stop(); }
  void stop() {
    stopping_ = true;
    if (thread_.joinable()) thread_.join();
  }
  [[nodiscard]] std::size_t taken() const { return taken_; }
  [[nodiscard]] int refused() const { return refused_; }
  [[nodiscard]] std::chrono::milliseconds slowest() const { return slowest_.load(); }

 private:
  void run() {
    Author author;
    while (!stopping_) {
      std::vector<MessagePtr> batch;
      for (int i = 0; i < 50; ++i) batch.push_back(author.says(kTwo, "alice", "under load"));
      while (!put(batch) && !stopping_) std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
  }
  bool put(const std::vector<MessagePtr>& batch) {
    const auto began = steady_clock::now();
    const auto result = sync_wait(archive_.put(batch));
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - began);
    slowest_ = std::max(slowest_.load(), took);
    if (result) return taken_ += batch.size(), true;
    ++refused_;
    return false;
  }

  ElasticArchive& archive_;
  std::atomic<bool> stopping_ = false;
  std::atomic<std::size_t> taken_ = 0;
  std::atomic<int> refused_ = 0;
  std::atomic<std::chrono::milliseconds> slowest_{};
  std::thread thread_;
};

/// Comes back when `load` has taken so much more than it has now.
void wait_for_more(const Load& load, seconds most) {
  const auto until = steady_clock::now() + most;
  for (const auto before = load.taken(); load.taken() < before + 1000;) {
    REQUIRE(steady_clock::now() < until);
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

}  // namespace

TEST_CASE("Elasticsearch: killed and paused under load, nothing that was taken is lost, and it comes back by itself") {
  OwnServer server;
  ScratchIndex index(server.address());
  index.settings().read_limit = seconds(2);
  index.settings().write_limit = seconds(5);
  Log log(-1);  // errors are what this test makes
  ElasticArchive archive(index.settings(), log);
  const auto look = [&] { return sync_wait(archive.page(kTwo, {.limit = 10})); };
  Load load(archive);
  wait_for_more(load, seconds(60));

  server.pause();
  const auto began = steady_clock::now();
  CHECK(look().error().code == Code::unavailable);
  CHECK(steady_clock::now() - began < seconds(5));  // a refresh and a search, of 2 s each
  server.resume();
  wait_for_more(load, seconds(60));

  const auto refused = load.refused();
  server.kill();
  CHECK(look().error().code == Code::unavailable);
  while (load.refused() == refused) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  server.start();
  wait_for_more(load, seconds(120));
  load.stop();
  CHECK(load.slowest() < seconds(12));  // two requests, of 5 s each

  const auto taken = load.taken();
  MESSAGE("taken: ", taken, ", put again: ", load.refused(), ", slowest put: ", load.slowest().count(), " ms");
  const auto kept = page(archive, kTwo, {.limit = taken});
  REQUIRE(kept.size() == taken);
  CHECK(kept.front() == 1);
  CHECK(kept.back() == taken);
  CHECK(*sync_wait(archive.count_chat(kTwo, kBob, 0, taken)) == taken);
}

}  // namespace godwit::engine::elasticsearch
