#include "base/batcher.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <thread>

#include "base/testing_executor.hpp"

namespace godwit {
namespace {

using Numbers = Batcher<int, int>;

/// Answers each with ten times itself, when it is told to.
struct Bed {
  explicit Bed(Numbers::Bounds bounds)
      : batcher([this](std::vector<int> items) { return answer(std::move(items)); }, bounds, weigh) {}

  static std::size_t weigh(const int& item) { return item >= 100 ? 100 : 1; }
  Task<std::vector<int>> answer(std::vector<int> items) {
    std::string& line = asked.emplace_back();
    for (const int item : items) line += (line.empty() ? "" : " ") + std::to_string(item);
    co_await completion<bool>([&](auto done) { held.push_back(std::move(done)); });
    for (int& item : items) item *= 10;
    co_return items;
  }
  void ask(int number) {
    executor.enter([this, number] {
      spawn([](Bed& bed, int own) -> Task<void> {
        const auto heard = co_await bed.batcher.ask(own);
        bed.story += (heard ? std::to_string(*heard) : "!" + std::to_string(own)) + " ";
      }(*this, number));
    });
    executor.run();
  }
  /// The question that has been under way for longest is answered.
  void release() {
    auto done = std::move(held.front());
    held.erase(held.begin());
    executor.enter([&] { done(true); });
    executor.run();
  }
  ManualClock clock;
  SteppedExecutor executor{clock};
  std::vector<std::string> asked;
  std::vector<std::move_only_function<void(bool)>> held;
  std::string story;
  Numbers batcher;
};
using Lines = std::vector<std::string>;

TEST_CASE("batcher: the first goes at once, what comes meanwhile goes together, each hears its own") {
  Bed bed({});
  bed.ask(1);
  CHECK(bed.asked == Lines{"1"});
  for (int i = 2; i <= 5; ++i) bed.ask(i);
  CHECK(bed.asked.size() == 1);
  CHECK(bed.story.empty());
  bed.release();
  CHECK(bed.story == "10 ");
  CHECK(bed.asked == Lines{"1", "2 3 4 5"});
  bed.ask(6);
  bed.release();
  CHECK(bed.story == "10 20 30 40 50 ");
  bed.release();
  bed.ask(7);  // nothing is under way any more
  CHECK(bed.asked == Lines{"1", "2 3 4 5", "6", "7"});
  bed.release();
  CHECK(bed.story == "10 20 30 40 50 60 70 ");
}

TEST_CASE("batcher: no more than a batch may weigh, and what is heavier goes alone") {
  Bed bed({.batch = 3});
  bed.ask(1);
  for (const int i : {2, 3, 4, 5, 100, 6}) bed.ask(i);
  while (!bed.held.empty()) bed.release();
  CHECK(bed.asked == Lines{"1", "2 3 4", "5", "100", "6"});
}

TEST_CASE("batcher: so many questions under way, and so many that wait; who comes then is told") {
  Bed bed({.batch = 10, .waiting = 2, .at_once = 2});
  for (int i = 1; i <= 5; ++i) bed.ask(i);
  CHECK(bed.asked == Lines{"1", "2"});
  CHECK(bed.story == "!5 ");
  bed.release();
  CHECK(bed.asked == Lines{"1", "2", "3 4"});
  while (!bed.held.empty()) bed.release();
  CHECK(bed.story == "!5 10 20 30 40 ");
}

TEST_CASE("batcher: several threads ask, each hears its own") {
  Numbers batcher(
      [](std::vector<int> items) -> Task<std::vector<int>> {
        for (int& item : items) item *= 10;
        co_return items;
      },
      {.batch = 7});
  std::vector<std::jthread> threads;
  for (int part = 0; part < 4; ++part)
    threads.emplace_back([&batcher, part] {
      for (int i = part; i < 4000; i += 4) CHECK(sync_wait(batcher.ask(i)) == std::optional(10 * i));
    });
}

}  // namespace
}  // namespace godwit
