#pragma once
#include <algorithm>
#include <map>

#include "offline/timeline_suite.hpp"

namespace godwit::offline::suite {

inline const DeviceId phone("phone"), desk("desk"), tablet("tablet");

/// conversation → the device's cursor.
inline std::map<std::string, Seq> cursors_of(Bed& bed, const UserKey& user, const DeviceId& device) {
  std::map<std::string, Seq> out;
  for (const auto& row : must(sync_wait(bed.cursors().rows(user, device))).rows)
    out[row.conversation.name()] = row.cursor;
  return out;
}

inline void advance(Bed& bed, const DeviceId& device, const Conversation& conversation, Seq seq) {
  std::vector<Acknowledged> one;
  one.push_back({.user = ann, .device = device, .positions = {{conversation, seq}}});
  REQUIRE(sync_wait(bed.cursors().advance(std::move(one))));
}
inline void adopt(Bed& bed, const UserKey& user, const DeviceId& device) {
  REQUIRE(sync_wait(bed.cursors().adopt_device(user, device)));
}

inline const Conversation with_cas = Conversation::direct(ann, cas);

inline void fill(Bed& bed) {
  for (Seq seq = 1; seq <= 9; ++seq) put(bed, message(seq), message(seq, 2000, with_cas));
}

inline void cursors_list_rows(const MakeBed& make) {
  auto bed = make();
  fill(*bed);
  put(*bed, message(1, 3000, Conversation::notices_of(UserKey("ann2"))));  // a user whose key begins alike
  for (int round = 0; round < 2; ++round) {
    const auto rows = must(sync_wait(bed->cursors().rows(ann, phone))).rows;
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].conversation == direct);
    CHECK(rows[1].conversation == with_cas);
    CHECK(rows[1].head.seq == 9);
    CHECK(rows[1].head.time == 2000);
    CHECK(rows[0].ranges.contains(1));
    CHECK(must(sync_wait(bed->cursors().rows(bob, phone))).rows.size() == 1);
    CHECK(must(sync_wait(bed->cursors().rows(UserKey("dan"), phone))).rows.empty());
    CHECK_FALSE(must(sync_wait(bed->cursors().row(bob, with_cas))).has_value());
    bed->restart();
  }
}

inline void cursors_read_positions(const MakeBed& make) {
  auto bed = make();
  fill(*bed);
  auto moved = must(sync_wait(bed->cursors().set_read(ann, direct, 4)));
  CHECK(moved.moved);
  CHECK(moved.read == 4);
  moved = must(sync_wait(bed->cursors().set_read(ann, direct, 3)));
  CHECK_FALSE(moved.moved);
  CHECK(moved.read == 4);
  bed->restart();
  CHECK_FALSE(must(sync_wait(bed->cursors().set_read(ann, direct, 4))).moved);
  CHECK(must(sync_wait(bed->cursors().row(ann, direct)))->read == 4);
  CHECK(must(sync_wait(bed->cursors().row(bob, direct)))->read == 0);
  CHECK(must(sync_wait(bed->cursors().rows(ann, phone))).rows[0].read == 4);
  CHECK(must(sync_wait(bed->cursors().rows(ann, phone))).rows[1].read == 0);
  REQUIRE(sync_wait(bed->cursors().set_read(UserKey("cas"), with_cas, 7)));
  const CursorStore::Readers readers{{UserKey("cas"), with_cas}, {bob, direct}, {ann, direct}, {ann, with_cas}};
  CHECK(must(sync_wait(bed->cursors().read_positions(readers))) == std::vector<Seq>{7, 0, 4, 0});
  CHECK(must(sync_wait(bed->cursors().read_positions({}))).empty());
}

inline void cursors_advance(const MakeBed& make) {
  auto bed = make();
  fill(*bed);
  adopt(*bed, ann, phone);
  adopt(*bed, ann, desk);
  advance(*bed, phone, direct, 5);
  advance(*bed, phone, direct, 3);  // backwards: nothing
  advance(*bed, desk, with_cas, 2);
  for (int round = 0; round < 2; ++round) {
    CHECK(cursors_of(*bed, ann, phone) == std::map<std::string, Seq>{{"u:ann:bob", 5}, {"u:ann:cas", 0}});
    CHECK(cursors_of(*bed, ann, desk) == std::map<std::string, Seq>{{"u:ann:bob", 0}, {"u:ann:cas", 2}});
    bed->restart();
  }
  // A new device starts where the furthest of all got to, a known one keeps its place.
  CHECK_FALSE(must(sync_wait(bed->cursors().knows_device(ann, tablet))));
  adopt(*bed, ann, tablet);
  CHECK(must(sync_wait(bed->cursors().knows_device(ann, tablet))));
  CHECK_FALSE(must(sync_wait(bed->cursors().knows_device(bob, tablet))));
  adopt(*bed, ann, desk);
  advance(*bed, phone, direct, 7);
  CHECK(cursors_of(*bed, ann, tablet) == std::map<std::string, Seq>{{"u:ann:bob", 5}, {"u:ann:cas", 2}});
  CHECK(cursors_of(*bed, ann, desk) == std::map<std::string, Seq>{{"u:ann:bob", 0}, {"u:ann:cas", 2}});
}

/// Nobody adopted it: what the others have acknowledged is not taken from it, before it comes or after.
inline void cursors_of_a_stranger(const MakeBed& make) {
  auto bed = make();
  fill(*bed);
  adopt(*bed, ann, phone);
  advance(*bed, phone, direct, 7);
  const auto known = [&](const DeviceId& device) { return must(sync_wait(bed->cursors().rows(ann, device))).known; };
  using Cursors = std::map<std::string, Seq>;
  CHECK(known(phone));
  CHECK(known(DeviceId()));
  CHECK_FALSE(known(desk));
  CHECK(cursors_of(*bed, ann, desk) == Cursors{{"u:ann:bob", 0}, {"u:ann:cas", 0}});
  advance(*bed, desk, with_cas, 3);
  advance(*bed, phone, direct, 8);
  bed->restart();
  CHECK(known(desk));
  CHECK(cursors_of(*bed, ann, desk) == Cursors{{"u:ann:bob", 0}, {"u:ann:cas", 3}});
  // Without a position, too; and whoever is known keeps the place.
  std::vector<Acknowledged> nothing;
  for (const auto& device : {tablet, phone}) nothing.push_back({.user = ann, .device = device, .positions = {}});
  REQUIRE(sync_wait(bed->cursors().advance(nothing)));
  adopt(*bed, ann, tablet);
  CHECK(known(tablet));
  CHECK(cursors_of(*bed, ann, tablet) == Cursors{{"u:ann:bob", 0}, {"u:ann:cas", 0}});
  CHECK(cursors_of(*bed, ann, phone) == Cursors{{"u:ann:bob", 8}, {"u:ann:cas", 0}});
  CHECK_FALSE(must(sync_wait(bed->cursors().knows_device(bob, tablet))));
}

/// Whoever comes so counts among the devices, of which there are so many and no more.
inline void cursors_of_many_strangers(const MakeBed& make) {
  auto bed = make();
  fill(*bed);
  adopt(*bed, ann, phone);
  const auto name = [](int i) { return DeviceId("stranger " + std::to_string(i)); };
  for (int i = 0; i < 50; ++i) {
    bed->clock().advance(1000);
    advance(*bed, name(i), direct, 5);
  }
  CHECK_FALSE(must(sync_wait(bed->cursors().knows_device(ann, phone))));
  CHECK(must(sync_wait(bed->cursors().knows_device(ann, name(0)))));
  CHECK(cursors_of(*bed, ann, name(0))["u:ann:bob"] == 5);
}

inline void cursors_of_many_devices(const MakeBed& make) {
  auto bed = make();
  fill(*bed);
  adopt(*bed, ann, phone);
  adopt(*bed, bob, desk);
  std::vector<Acknowledged> devices;
  devices.push_back({.user = ann, .device = phone, .positions = {{direct, 3}, {with_cas, 4}}});
  devices.push_back({.user = bob, .device = desk, .positions = {{direct, 9}, {with_cas, 1}}});
  const auto standings = must(sync_wait(bed->cursors().standings(devices)));
  REQUIRE(standings.size() == 4);
  CHECK(must(standings[1]).head == 9);
  CHECK(must(standings[1]).cursor == 0);
  CHECK(standings[3].error().code == Code::not_found);  // no row of bob's
  devices.back().positions.pop_back();
  devices.push_back({.user = ann, .device = tablet, .positions = {{direct, 5}}});  // known by that
  REQUIRE(sync_wait(bed->cursors().advance(devices)));
  CHECK(cursors_of(*bed, ann, phone) == std::map<std::string, Seq>{{"u:ann:bob", 3}, {"u:ann:cas", 4}});
  CHECK(cursors_of(*bed, bob, desk) == std::map<std::string, Seq>{{"u:ann:bob", 9}});
  CHECK(cursors_of(*bed, ann, tablet) == std::map<std::string, Seq>{{"u:ann:bob", 5}, {"u:ann:cas", 0}});
  devices.pop_back();
  CHECK(must(must(sync_wait(bed->cursors().standings(devices)))[0]).cursor == 3);
}

/// More than one page of cursors, of a device that comes, and of one that goes.
inline void cursors_adopt_many(const MakeBed& make) {
  auto bed = make();
  std::vector<Acknowledged> all{{.user = ann, .device = phone, .positions = {}}};
  std::vector<MessagePtr> first;
  for (int i = 0; i < 700; ++i) {
    const auto conversation = Conversation::direct(ann, UserKey("friend" + std::to_string(i)));
    first.push_back(std::make_shared<const Message>(message(1, 1000, conversation)));
    all.front().positions.emplace_back(conversation, 1);
  }
  REQUIRE(sync_wait(bed->timeline().put(first)));
  REQUIRE(sync_wait(bed->cursors().advance(all)));
  for (int i = 0; i <= 50; ++i) {  // the first of them is forgotten again, with the phone
    bed->clock().advance(1000);
    adopt(*bed, ann, DeviceId("device " + std::to_string(i)));
  }
  const auto all_at = [&](const char* device, Seq seq) {
    const auto cursors = cursors_of(*bed, ann, DeviceId(device));
    return cursors.size() == 700 && std::ranges::all_of(cursors, [&](const auto& one) { return one.second == seq; });
  };
  CHECK(all_at("device 50", 1));
  CHECK(all_at("device 0", 0));
  CHECK(all_at("phone", 0));
}

/// Devices' ids are the clients' own: one may begin like another, or look like a key.
inline void cursors_keep_devices_apart(const MakeBed& make) {
  auto bed = make();
  fill(*bed);
  const std::vector<DeviceId> devices{DeviceId("a"), DeviceId("au:ann:bob"), DeviceId("ab"),
                                      DeviceId(std::string(256, 'x')), DeviceId("\n")};
  for (const auto& device : devices) adopt(*bed, ann, device);
  Seq seq = 0;
  for (const auto& device : devices) advance(*bed, device, direct, ++seq);
  seq = 0;
  for (const auto& device : devices) CHECK(cursors_of(*bed, ann, device)["u:ann:bob"] == ++seq);
}

inline void cursors_forget_the_oldest_device(const MakeBed& make) {
  auto bed = make();
  fill(*bed);
  const auto name = [](int i) { return DeviceId("device " + std::to_string(i)); };
  for (int i = 0; i < 50; ++i) {
    bed->clock().advance(1000);
    adopt(*bed, ann, name(i));
    if (i == 10) advance(*bed, name(i), with_cas, 1);
  }
  advance(*bed, name(0), direct, 1);
  advance(*bed, name(1), direct, 2);
  advance(*bed, name(2), direct, 6);
  bed->clock().advance(1000);
  adopt(*bed, ann, name(0));  // adopted again: not the oldest any more
  bed->clock().advance(1000);
  adopt(*bed, ann, name(50));
  CHECK(cursors_of(*bed, ann, name(0))["u:ann:bob"] == 1);
  CHECK(cursors_of(*bed, ann, name(2))["u:ann:bob"] == 6);
  CHECK(cursors_of(*bed, ann, name(1))["u:ann:bob"] == 0);  // forgotten
  CHECK_FALSE(must(sync_wait(bed->cursors().knows_device(ann, name(1)))));
  CHECK(must(sync_wait(bed->cursors().knows_device(ann, name(0)))));
  CHECK(cursors_of(*bed, ann, name(50))["u:ann:bob"] == 6);
}

inline void cursor_store_cases(const MakeBed& make) {
  SUBCASE("lists a user's rows") { cursors_list_rows(make); }
  SUBCASE("moves read positions forward only") { cursors_read_positions(make); }
  SUBCASE("moves cursors forward only; new devices start at the furthest") { cursors_advance(make); }
  SUBCASE("takes nothing from a device that is not known") { cursors_of_a_stranger(make); }
  SUBCASE("counts devices that came unknown") { cursors_of_many_strangers(make); }
  SUBCASE("moves many devices' cursors at once") { cursors_of_many_devices(make); }
  SUBCASE("copies any number of cursors to a new device") { cursors_adopt_many(make); }
  SUBCASE("keeps devices apart whatever they are called") { cursors_keep_devices_apart(make); }
  SUBCASE("forgets the least recently adopted of more than 50 devices") { cursors_forget_the_oldest_device(make); }
}

inline void cursor_store_suite(const MakeBed& make) {
  in_every_way(make, [](const MakeBed& way) { cursor_store_cases(way); });
}

}  // namespace godwit::offline::suite
