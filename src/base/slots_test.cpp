#include "base/slots.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <vector>

#include "base/testing_executor.hpp"

namespace godwit {
namespace {

struct Bed {
  void ask(int who) {
    executor.enter([this, who] {
      spawn([](Bed& bed, int number) -> Task<void> {
        auto slot = co_await bed.slots->take();
        bed.story += slot ? std::to_string(number) : "!" + std::to_string(number);
        if (slot) bed.held.push_back(std::move(*slot));
      }(*this, who));
    });
    executor.run();
  }
  void release() {
    held.erase(held.begin());
    executor.run();
  }
  ManualClock clock;
  SteppedExecutor executor{clock};
  std::optional<Slots> slots{std::in_place, 2, 3};
  std::vector<Slots::Slot> held;
  std::string story;
};

TEST_CASE("slots: so many at a time, the others in order, and no more than may wait") {
  Bed bed;
  for (int i = 1; i <= 6; ++i) bed.ask(i);
  CHECK(bed.story == "12!6");
  bed.release();
  CHECK(bed.story == "12!63");
  bed.ask(7);  // there is room to wait again
  bed.release();
  bed.release();
  bed.release();
  CHECK(bed.story == "12!63457");
  while (!bed.held.empty()) bed.release();
  bed.ask(8);
  CHECK(bed.story == "12!634578");
}

TEST_CASE("slots: who waits when they end is refused, and a slot may be given back after") {
  Bed bed;
  for (int i = 1; i <= 4; ++i) bed.ask(i);
  bed.slots.reset();
  bed.executor.run();
  CHECK(bed.story == "12!3!4");
  bed.release();
  bed.release();
}

}  // namespace
}  // namespace godwit
