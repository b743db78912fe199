#pragma once
#include <doctest/doctest.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>

#include "base/clock.hpp"
#include "offline/positions.hpp"

/// What every engine's positions must do: run from the engine's own *_test.cpp.
namespace godwit::offline::suite {

class PositionsBed {
 public:
  virtual ~PositionsBed() = default;
  virtual Positions& positions() = 0;
  virtual ManualClock& clock() = 0;
  virtual void restart() = 0;  ///< references are gone
};
using MakePositions = std::function<std::unique_ptr<PositionsBed>()>;

inline const UserKey pia("pia"), rob("rob");
inline const DeviceId watch("watch"), laptop("laptop"), car("car");
inline const Conversation flock = Conversation::of_group(GroupKey("flock")), pair = Conversation::direct(pia, rob);

inline UserPositions load(PositionsBed& bed, const UserKey& user = pia) {
  auto loaded = sync_wait(bed.positions().load(user));
  REQUIRE(loaded);
  return std::move(*loaded);
}
inline void move(PositionsBed& bed, std::vector<Positions::Move> moves) {
  REQUIRE(sync_wait(bed.positions().move(std::move(moves))));
}
inline void adopt(PositionsBed& bed, const DeviceId& device, const UserKey& user = pia) {
  bed.clock().advance(10);
  REQUIRE(sync_wait(bed.positions().adopt_device(user, device)));
}
using Of = UserPositions::Of;
inline Of cursors(PositionsBed& bed, const DeviceId& device) {
  for (auto& one : load(bed).devices)
    if (one.id == device) return std::move(one.cursors);
  return {{pair, 999}};  // it is not known
}

inline void positions_move_forward(const MakePositions& make) {
  auto bed = make();
  CHECK(load(*bed).read.empty());
  CHECK(load(*bed).devices.empty());
  adopt(*bed, watch);
  adopt(*bed, laptop);
  move(*bed, {{pia, watch, flock, 5}, {pia, watch, pair, 1}, {pia, {}, flock, 4}, {rob, laptop, flock, 9}});
  move(*bed, {{pia, watch, flock, 3}, {pia, {}, flock, 2}, {pia, {}, pair, 1}, {pia, laptop, flock, 2}});
  for (int round = 0; round < 2; ++round) {
    CHECK(cursors(*bed, watch) == Of{{flock, 5}, {pair, 1}});
    CHECK(cursors(*bed, laptop) == Of{{flock, 2}});
    CHECK(load(*bed).read == Of{{flock, 4}, {pair, 1}});
    CHECK(load(*bed).furthest == Of{{flock, 5}, {pair, 1}});
    CHECK(load(*bed, rob).furthest == Of{{flock, 9}});
    CHECK(load(*bed, rob).read.empty());
    bed->restart();
  }
  move(*bed, {});
}

inline void positions_adopt(const MakePositions& make) {
  auto bed = make();
  adopt(*bed, watch);
  move(*bed, {{pia, watch, flock, 5}});
  adopt(*bed, laptop);  // where the furthest got to
  CHECK(cursors(*bed, laptop) == Of{{flock, 5}});
  move(*bed, {{pia, watch, flock, 8}});
  adopt(*bed, laptop);  // a known one keeps its place
  CHECK(cursors(*bed, laptop) == Of{{flock, 5}});
  CHECK(*sync_wait(bed->positions().knows_device(pia, laptop)));
  CHECK_FALSE(*sync_wait(bed->positions().knows_device(rob, laptop)));
  CHECK_FALSE(*sync_wait(bed->positions().knows_device(pia, car)));
  bed->clock().advance(10);
  move(*bed, {{pia, car, pair, 2}});  // known by that, and no further than that
  CHECK(cursors(*bed, car) == Of{{pair, 2}});
  const auto devices = load(*bed).devices;
  REQUIRE(devices.size() == 3);
  CHECK(devices[0].id == watch);
  CHECK(devices[1].id == laptop);
  CHECK(devices[2].id == car);
}

inline void positions_forget(const MakePositions& make) {
  auto bed = make();
  const auto name = [](std::size_t i) { return DeviceId("device " + std::to_string(i)); };
  for (std::size_t i = 0; i < Positions::kMostDevices; ++i) adopt(*bed, name(i));
  move(*bed, {{pia, name(0), flock, 3}, {pia, name(1), flock, 7}, {pia, name(2), flock, 2}});
  adopt(*bed, name(0));  // adopted again: not the oldest any more
  adopt(*bed, watch);
  CHECK_FALSE(*sync_wait(bed->positions().knows_device(pia, name(1))));
  CHECK(*sync_wait(bed->positions().knows_device(pia, name(0))));
  CHECK(load(*bed).devices.size() == Positions::kMostDevices);
  CHECK(load(*bed).devices.back().id == watch);
  CHECK(load(*bed).furthest == Of{{flock, 7}});  // though its device is gone
  CHECK(cursors(*bed, watch) == Of{{flock, 7}});
  adopt(*bed, name(1));
  CHECK(cursors(*bed, name(1)) == Of{{flock, 7}});
  CHECK(cursors(*bed, name(2)) == Of{{pair, 999}});  // it went for that
}

inline void positions_bear_several(const MakePositions& make) {
  auto bed = make();
  {
    std::vector<std::jthread> threads;
    for (Seq part = 1; part <= 4; ++part)
      threads.emplace_back([&, part] {
        for (Seq i = part; i <= 80; i += 4)
          CHECK(sync_wait(bed->positions().move(
              {{pia, DeviceId("d" + std::to_string(i % 7)), flock, i}, {pia, watch, flock, i}, {pia, {}, flock, i}})));
      });
  }
  CHECK(cursors(*bed, watch) == Of{{flock, 80}});
  CHECK(load(*bed).read == Of{{flock, 80}});
  CHECK(load(*bed).devices.size() == 8);
}

inline void positions_name_a_life(const MakePositions& make) {
  auto bed = make();
  CHECK(*sync_wait(bed->positions().epoch("first")) == "first");
  CHECK(*sync_wait(bed->positions().epoch("second")) == "first");
  bed->restart();
  CHECK(*sync_wait(bed->positions().epoch("third")) == "first");
}

inline void positions_suite(const MakePositions& make) {
  SUBCASE("move forward, never back") { positions_move_forward(make); }
  SUBCASE("adopt devices where the furthest got to") { positions_adopt(make); }
  SUBCASE("forget the least recently adopted device, and never how far it got") { positions_forget(make); }
  SUBCASE("bear several writers") { positions_bear_several(make); }
  SUBCASE("name one life") { positions_name_a_life(make); }
}

}  // namespace godwit::offline::suite
