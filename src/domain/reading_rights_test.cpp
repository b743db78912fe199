#include "domain/reading_rights.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

using namespace godwit;

namespace {

std::string written(const ReadRanges& ranges) {
  std::string out;
  for (const auto& span : ranges.spans()) out += std::to_string(span.from) + "-" + std::to_string(span.to) + " ";
  return out;
}

ReadingRights rights(std::initializer_list<StayEvent> events) {
  ReadingRights rights;
  for (const auto& event : events) rights.add(event);
  return rights;
}

StayEvent join(Seq seq) { return StayEvent::join(seq); }
StayEvent leave(Seq seq) { return StayEvent::leave(seq, static_cast<Millis>(100 * seq)); }

}  // namespace

TEST_CASE("ranges hold both their ends") {
  const auto ranges = rights({join(3), leave(7), join(12)}).ranges();
  for (const Seq seq : {3, 5, 7, 12, 1000}) CHECK(ranges.contains(seq));
  for (const Seq seq : {1, 2, 8, 11}) CHECK_FALSE(ranges.contains(seq));
  CHECK(ranges.last_readable(2) == 0);
  CHECK(ranges.last_readable(9) == 7);
  CHECK(ranges.last_readable(15) == 15);
  CHECK(ranges.first_readable() == 3);
}

TEST_CASE("rights say when the last stay ended, and 0 while it lasts") {
  CHECK(rights({}).left_at() == 0);
  CHECK_FALSE(rights({}).open());
  CHECK(rights({join(3)}).open());
  CHECK(rights({join(3), leave(7)}).left_at() == 700);
  CHECK_FALSE(rights({join(3), leave(7)}).open());
  CHECK(rights({join(3), leave(7), join(9)}).left_at() == 0);
  CHECK(rights({join(3), leave(7), join(9)}).open());
  CHECK(rights({join(3), leave(7), leave(8)}).left_at() == 700);
}

TEST_CASE("rights are the same in whatever order joins and leaves come, and however often") {
  struct Case {
    std::vector<StayEvent> events;
    std::string ranges;
    Millis left_at;
  };
  const std::vector<Case> cases{
      {.events = {join(5), leave(10)}, .ranges = "5-10 ", .left_at = 1000},
      {.events = {join(5), leave(10), join(20)}, .ranges = "5-10 20-0 ", .left_at = 0},
      {.events = {join(5), leave(10), join(20), leave(21), join(22)}, .ranges = "5-10 20-21 22-0 ", .left_at = 0},
      {.events = {leave(4), join(5), join(6)}, .ranges = "5-0 ", .left_at = 0},
      {.events = {join(5), leave(5), join(6), leave(7)}, .ranges = "5-5 6-7 ", .left_at = 700},
      {.events = {leave(9)}, .ranges = "", .left_at = 0}};
  for (const auto& one : cases) {
    auto order = one.events;
    const auto by_place = [](const StayEvent& a, const StayEvent& b) { return a.place < b.place; };
    std::ranges::sort(order, by_place);
    do {
      ReadingRights once, twice;
      for (const auto& event : order) once.add(event);
      for (const auto& event : order) twice.add(event), twice.add(order.front());
      CHECK(written(once.ranges()) == one.ranges);
      CHECK(written(twice.ranges()) == one.ranges);
      CHECK(once.left_at() == one.left_at);
      CHECK(twice.events().size() == one.events.size());
    } while (std::ranges::next_permutation(order, by_place).found);
  }
}

TEST_CASE("rights of which the outcome is known take the events again that made them") {
  ReadingRights known(ReadRanges({{.from = 3, .to = 7}, {.from = 9, .to = 12}}), 1200);
  CHECK(known.left_at() == 1200);
  for (const auto& event : {leave(12), join(9), leave(7), join(3)}) known.add(event);
  CHECK(written(known.ranges()) == "3-7 9-12 ");
  CHECK(known.left_at() == 1200);
  known.add(join(14));
  CHECK(written(known.ranges()) == "3-7 9-12 14-0 ");
}
