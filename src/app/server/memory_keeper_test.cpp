#include "app/server/memory_keeper.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <memory>
#include <vector>

namespace godwit::app {
namespace {

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define GODWIT_OTHER_ALLOCATOR  // the sanitizers' own: nothing to give back
#endif
#endif

#ifndef GODWIT_OTHER_ALLOCATOR
TEST_CASE("memory is given back when a peak is over, and not before") {
  Metrics metrics;
  const auto& given_back = metrics.counter("godwit_memory_given_back_bytes_total", "");
  MemoryKeeper keeper(metrics);
  keeper.look();
  std::vector<std::unique_ptr<char[]>> peak;
  for (int i = 0; i < 50'000; ++i) {
    peak.push_back(std::make_unique<char[]>(4000));
    std::memset(peak.back().get(), 1, 4000);
  }
  const auto pin = std::make_unique<char[]>(4000);  // behind them: the heap cannot simply shrink
  keeper.look();
  keeper.look();
  CHECK(given_back.value() == 0);  // in use
  for (std::size_t i = 0; i < peak.size(); ++i) {
    if (i % 100 != 0) peak[i].reset();
  }
  keeper.look();
  keeper.look();
  CHECK(given_back.value() > 100U << 20U);
  const auto before = given_back.value();
  for (int i = 0; i < 3; ++i) keeper.look();
  CHECK(given_back.value() == before);
}
#endif

}  // namespace
}  // namespace godwit::app
