#pragma once
#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <random>
#include <thread>

#include "bus/applied_positions.hpp"

/// What every engine's applied positions must do: run from the engine's own *_test.cpp.
namespace godwit::bus::suite {

using MakeApplied = std::function<std::unique_ptr<AppliedPositions>()>;
using dispatch::Topic;

inline Position upto(AppliedPositions& applied, Topic topic, Shard shard) {
  const auto positions = sync_wait(applied.contiguous(topic));
  REQUIRE(positions);
  REQUIRE(positions->size() == kShards);
  return (*positions)[shard];
}
inline void add(AppliedPositions& applied, Topic topic, std::vector<AppliedRange> ranges) {
  REQUIRE(sync_wait(applied.add(topic, std::move(ranges))));
}

inline void applied_stops_at_a_hole(const MakeApplied& make) {
  const auto applied = make();
  CHECK(upto(*applied, Topic::store, 7) == 0);
  add(*applied, Topic::store, {{.shard = 7, .first = 3, .last = 4}});
  CHECK(upto(*applied, Topic::store, 7) == 0);
  add(*applied, Topic::store, {{.shard = 7, .first = 1, .last = 1}});
  CHECK(upto(*applied, Topic::store, 7) == 1);
  add(*applied, Topic::store, {{.shard = 7, .first = 6, .last = 9}, {.shard = 8, .first = 1, .last = 2}});
  CHECK(upto(*applied, Topic::store, 7) == 1);
  CHECK(upto(*applied, Topic::store, 8) == 2);
  add(*applied, Topic::store, {{.shard = 7, .first = 2, .last = 2}});
  CHECK(upto(*applied, Topic::store, 7) == 4);
  add(*applied, Topic::store, {{.shard = 7, .first = 4, .last = 6}});
  CHECK(upto(*applied, Topic::store, 7) == 9);
  CHECK(upto(*applied, Topic::offline, 7) == 0);
}

/// Every order of the same pages, some of them twice, says the same at its end, and never too much on the way.
inline void applied_does_not_care_about_order(const MakeApplied& make) {
  std::mt19937 random(7);
  for (int round = 0; round < 20; ++round) {
    const auto applied = make();
    std::vector<AppliedRange> pages;
    for (Position first = 1; first <= 200;) {
      const Position last = first + random() % 9;
      pages.push_back({.shard = 3, .first = first, .last = last});
      first = last + 1;
    }
    const auto end = pages.back().last;
    const auto all = pages.size();
    for (std::size_t i = 0; i < all; i += 3) pages.push_back(pages[i]);
    std::ranges::shuffle(pages, random);
    std::vector<bool> there(end + 2, false);
    for (const auto& page : pages) {
      add(*applied, Topic::offline, {page});
      for (auto position = page.first; position <= page.last; ++position) there[position] = true;
      const auto hole = std::find(there.begin() + 1, there.end(), false) - there.begin();
      CHECK(upto(*applied, Topic::offline, 3) == static_cast<Position>(hole - 1));
    }
    CHECK(upto(*applied, Topic::offline, 3) == end);
  }
}

inline void applied_counts_all_who_add(const MakeApplied& make) {
  const auto applied = make();
  {
    std::vector<std::jthread> threads;
    for (Position part = 0; part < 4; ++part) {
      threads.emplace_back([&, part] {
        for (Position i = part; i < 200; i += 4)
          (void)sync_wait(applied->add(Topic::store, {{.shard = 0, .first = i + 1, .last = i + 1}}));
      });
    }
  }
  CHECK(upto(*applied, Topic::store, 0) == 200);
}

inline void applied_is_bounded(const MakeApplied& make) {
  const auto applied = make();
  for (Position i = 0; i < AppliedPositions::kMostRanges; ++i)
    add(*applied, Topic::store, {{.shard = 0, .first = 3 + 2 * i, .last = 3 + 2 * i}});
  const Position far = 100'000;
  const auto over = sync_wait(applied->add(Topic::store, {{.shard = 0, .first = far, .last = far}}));
  REQUIRE_FALSE(over);
  CHECK(over.error().code == Code::unavailable);
  add(*applied, Topic::store, {{.shard = 0, .first = 1, .last = 2}});  // what closes a hole always fits
  CHECK(upto(*applied, Topic::store, 0) == 3);
  add(*applied, Topic::store, {{.shard = 0, .first = 4, .last = 4}});
  CHECK(upto(*applied, Topic::store, 0) == 5);
  add(*applied, Topic::store, {{.shard = 0, .first = far, .last = far}});
}

inline void applied_positions_suite(const MakeApplied& make) {
  SUBCASE("stops at the first hole, a shard and a topic for itself") { applied_stops_at_a_hole(make); }
  SUBCASE("does not care about order or repeats") { applied_does_not_care_about_order(make); }
  SUBCASE("counts what several add at once") { applied_counts_all_who_add(make); }
  SUBCASE("keeps so many ranges and no more") { applied_is_bounded(make); }
}

}  // namespace godwit::bus::suite
