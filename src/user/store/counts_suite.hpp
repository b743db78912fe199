#pragma once
#include <doctest/doctest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/executor.hpp"
#include "user/store/counts.hpp"

/// The behaviour of Counts, whatever the engine.
namespace godwit::user::suite {

/// Counts, and processes that reach them: each `client` is what one process counts by. Time passes as the bed is told.
class CountsBed {
 public:
  virtual ~CountsBed() = default;
  virtual Counts& client(std::size_t process) = 0;
  virtual void advance(Millis time) = 0;
};
using MakeCounts = std::function<std::unique_ptr<CountsBed>()>;

inline CountedName counted(std::string name, double burst, Millis leak_every, Millis first_wait = 0) {
  return {.name = std::move(name), .rule = {.burst = burst, .leak_every = leak_every, .first_wait = first_wait}};
}
/// The seconds to wait; 0: counted.
inline std::uint32_t count(Counts& counts, std::vector<CountedName> names, std::string attempt) {
  const auto done = sync_wait(counts.count(std::move(names), std::move(attempt)));
  if (done) return 0;
  CHECK(done.error().code == Code::rate_limited);
  CHECK(done.error().retry_after_s > 0);
  return done.error().retry_after_s;
}
inline void take_back(Counts& counts, std::vector<CountedName> names, std::string attempt) {
  CHECK(sync_wait(counts.take_back(std::move(names), std::move(attempt))));
}

inline void what_one_process_counts_binds_the_others(const MakeCounts& make) {
  const auto bed = make();
  const auto ann = counted("ann", 2, 10'000), bob = counted("bob", 2, 10'000);
  CHECK(count(bed->client(0), {ann}, "1") == 0);
  CHECK(count(bed->client(1), {ann}, "2") == 0);
  CHECK(count(bed->client(0), {ann}, "3") == 10);
  CHECK(count(bed->client(1), {bob}, "4") == 0);
  bed->advance(9'999);
  CHECK(count(bed->client(1), {ann}, "5") == 1);
  bed->advance(1);
  CHECK(count(bed->client(1), {ann}, "6") == 0);
  CHECK(count(bed->client(0), {ann}, "7") == 10);
}

inline void all_of_its_names_or_none(const MakeCounts& make) {
  const auto bed = make();
  auto& counts = bed->client(0);
  const auto wide = counted("wide", 3, 10'000), narrow = counted("narrow", 1, 20'000);
  CHECK(count(counts, {wide, narrow}, "1") == 0);
  for (const auto* attempt : {"2", "3", "4"}) CHECK(count(counts, {wide, narrow}, attempt) == 20);  // the longest
  CHECK(count(counts, {wide}, "5") == 0);
  CHECK(count(counts, {wide}, "6") == 0);
  CHECK(count(counts, {wide}, "7") == 10);
}

inline void what_is_repeated_counts_once(const MakeCounts& make) {
  const auto bed = make();
  const auto ann = counted("ann", 2, 10'000);
  for (int i = 0; i < 5; ++i) CHECK(count(bed->client(i % 2), {ann}, "1") == 0);
  CHECK(count(bed->client(0), {ann}, "2") == 0);
  CHECK(count(bed->client(1), {ann}, "2") == 0);
  CHECK(count(bed->client(1), {ann}, "3") > 0);
  for (int i = 0; i < 5; ++i) take_back(bed->client(i % 2), {ann}, "1");
  take_back(bed->client(0), {ann}, "3");  // was never counted
  CHECK(count(bed->client(0), {ann}, "4") == 0);
  CHECK(count(bed->client(0), {ann}, "5") > 0);
}

inline void waits_grow_and_what_is_taken_back_is_as_if_it_had_not_been(const MakeCounts& make) {
  const auto bed = make();
  auto& counts = bed->client(0);
  const auto tight = counted("ann", 2, 600'000, 30'000);
  CHECK(count(counts, {tight}, "1") == 0);
  CHECK(count(counts, {tight}, "2") == 0);
  CHECK(count(counts, {tight}, "3") == 30);
  bed->advance(30'000);
  CHECK(count(counts, {tight}, "4") == 0);
  CHECK(count(counts, {tight}, "5") == 60);  // parallel ones are no way around
  take_back(counts, {tight}, "4");
  CHECK(count(counts, {tight}, "6") == 0);  // at once, as before "4"
  CHECK(count(counts, {tight}, "7") == 60);
  bed->advance(60'000);
  CHECK(count(counts, {tight}, "8") == 0);
  CHECK(count(counts, {tight}, "9") == 120);
  bed->advance(60'001);
  take_back(counts, {tight}, "8");  // too late: it stays counted
  CHECK(count(counts, {tight}, "10") == 60);
}

inline void in_any_order_what_is_taken_back_leaves_the_rest(const MakeCounts& make) {
  for (const auto& order : {std::vector{"1", "2", "3"}, std::vector{"3", "2", "1"}, std::vector{"2", "3", "1"}}) {
    const auto bed = make();
    auto& counts = bed->client(0);
    const auto ann = counted("ann", 4, 128'000);
    CHECK(count(counts, {ann}, "stays") == 0);
    for (const auto* attempt : {"1", "2", "3"}) {
      bed->advance(1'000);
      CHECK(count(counts, {ann}, attempt) == 0);
    }
    for (const auto* attempt : order) take_back(counts, {ann}, attempt);
    for (const auto* attempt : {"4", "5", "6"}) CHECK(count(counts, {ann}, attempt) == 0);
    CHECK(count(counts, {ann}, "7") == 125);
  }
}

inline void at_once_no_more_than_there_is_room_for(const MakeCounts& make) {
  const auto bed = make();
  std::atomic<int> through = 0;
  std::vector<std::jthread> callers;
  for (int caller = 0; caller < 4; ++caller) {
    callers.emplace_back([&, caller] {
      for (int i = 0; i < 50; ++i) {
        const auto attempt = std::to_string(caller) + "/" + std::to_string(i);
        if (sync_wait(bed->client(caller % 2).count({counted("ann", 10, 1'000'000)}, attempt))) ++through;
      }
    });
  }
  callers.clear();
  CHECK(through == 10);
}

inline void counts(const MakeCounts& make) {
  what_one_process_counts_binds_the_others(make);
  all_of_its_names_or_none(make);
  what_is_repeated_counts_once(make);
  waits_grow_and_what_is_taken_back_is_as_if_it_had_not_been(make);
  in_any_order_what_is_taken_back_leaves_the_rest(make);
  at_once_no_more_than_there_is_room_for(make);
}

}  // namespace godwit::user::suite
