#include "engine/elasticsearch/refresher.hpp"

#include <doctest/doctest.h>

#include <latch>
#include <semaphore>

#include "engine/elasticsearch/testing_fake_node.hpp"

namespace godwit::engine::elasticsearch {
namespace {

Task<void> wait_for_one(Refresher& refresher, std::atomic<int>& well, std::latch& served) {
  const auto refreshed = co_await refresher.refreshed();
  if (refreshed) ++well;
  served.count_down();
}

}  // namespace

TEST_CASE("those who wait share one refresh that began after they came, and its outcome") {
  std::counting_semaphore<9> begun(0), may_end(0);
  std::string answer = R"({"_shards":{"total":1,"successful":1,"failed":0}})";
  int well_served = 1 + 10;
  SUBCASE("well") {}
  SUBCASE("a shard that failed") {
    answer = R"({"_shards":{"total":1,"successful":0,"failed":1}})";
    well_served = 0;
  }
  const FakeNode node([&](const std::string& request) {
    CHECK(request.starts_with("POST /birds/_refresh "));
    begun.release();
    may_end.acquire();
    return FakeNode::http(200, answer);
  });
  HttpClient http({.addresses = {node.address()}});
  Refresher refresher(http, "birds", std::chrono::seconds(20));
  std::atomic<int> well = 0;
  std::latch served(11);
  spawn(wait_for_one(refresher, well, served));
  begun.acquire();  // the first one is under way: who comes now waits for the next
  for (int i = 0; i < 10; ++i) spawn(wait_for_one(refresher, well, served));
  may_end.release(2);
  served.wait();
  CHECK(well == well_served);
  CHECK(refresher.count() == 2);
  http.stop();
  CHECK_FALSE(sync_wait(refresher.refreshed()).has_value());
}

}  // namespace godwit::engine::elasticsearch
