#pragma once
#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "service/registry.hpp"

/// The behaviour of registry::Registry, whatever the engine.
namespace godwit::registry::suite {

/// A registry of its own, empty at first, whose leases and absences are as long as they say.
class Bed {
 public:
  virtual ~Bed() = default;
  virtual Registry& registry() = 0;
  [[nodiscard]] virtual Millis lease() const = 0;
  [[nodiscard]] virtual Millis absence() const = 0;
  /// The registry's time goes on by so much (a real one is waited for).
  virtual void pass(Millis time) = 0;
  /// The registry's clock is set to another time. false: nobody can.
  virtual bool set_clock(Millis by) = 0;
};
using MakeBed = std::function<std::unique_ptr<Bed>()>;

inline const UserKey kAnn("ann"), kBob("bob");

template <class T>
T good(Task<Result<T>> task) {
  auto done = sync_wait(std::move(task));
  REQUIRE(done.has_value());
  return std::move(*done);
}
inline Node join(Bed& bed, const char* name) { return good(bed.registry().join(name)); }
inline Socket socket_of(const UserKey& user, const char* session, Epoch epoch = 0) {
  return {.user = user, .session = SessionId(session), .device = DeviceId(session), .epoch = epoch};
}
inline Epoch enter(Bed& bed, const Node& node, const UserKey& user, const char* session, Epoch epoch = 0) {
  const auto epochs = good(bed.registry().enter(node, {socket_of(user, session, epoch)}));
  REQUIRE(epochs.size() == 1);
  return epochs[0];
}
inline void leave(Bed& bed, const char* session, Epoch epoch) {
  REQUIRE(sync_wait(bed.registry().leave(SessionId(session), epoch)));
}
inline bool renew(Bed& bed, const Node& node, std::uint32_t sockets = 0, bool draining = false) {
  const auto done = sync_wait(bed.registry().renew(node, sockets, draining));
  if (!done) CHECK(done.error().code == Code::not_found);
  return done.has_value();
}
inline Standing standing(Bed& bed, const UserKey& user) { return good(bed.registry().standings({user})).users.at(0); }
/// Time goes on, and the nodes stay alive.
inline void pass(Bed& bed, Millis time, const std::vector<Node>& alive) {
  for (Millis left = time; left > 0; left -= bed.lease() / 2) {
    bed.pass(std::min(left, bed.lease() / 2));
    for (const auto& node : alive) REQUIRE(renew(bed, node));
  }
}

/// Follows what changes, from when it is made on: "+ann", "-ann", "session@holder".
class Watch {
 public:
  explicit Watch(Bed& bed) : bed_(bed), at_(good(bed.registry().changes_after({})).up_to) {}
  std::vector<std::string> news() {
    auto changes = good(bed_.registry().changes_after(at_));
    CHECK_FALSE(changes.lost);
    std::vector<std::string> out;
    for (const auto& change : changes.changes) {
      CHECK(change.number > last_);
      last_ = change.number;
      if (change.kind == Kind::taken) out.push_back(change.session.str() + "@" + change.holder);
      else out.push_back((change.kind == Kind::came ? "+" : "-") + change.user.str());
    }
    CHECK(changes.up_to >= at_);
    at_ = changes.up_to;
    return out;
  }

 private:
  Bed& bed_;
  Position at_;
  std::uint64_t last_ = 0;
};
using News = std::vector<std::string>;

inline void first_socket_and_last_are_told(Bed& bed) {
  Watch watch(bed);
  const auto one = join(bed, "one"), two = join(bed, "two");
  const auto phone = enter(bed, one, kAnn, "phone");
  const auto laptop = enter(bed, two, kAnn, "laptop");
  CHECK(standing(bed, kAnn) == Standing{2, true});
  CHECK(standing(bed, kBob) == Standing{0, false});
  leave(bed, "phone", phone);
  CHECK(watch.news() == News{"+ann"});
  leave(bed, "laptop", laptop);
  leave(bed, "laptop", laptop);  // twice is no error
  if (bed.absence() > 0) CHECK(standing(bed, kAnn) == Standing{0, true});
  pass(bed, bed.absence() + 1, {one, two});
  CHECK(watch.news() == News{"-ann"});
  CHECK(standing(bed, kAnn) == Standing{0, false});
}

inline void who_comes_back_in_time_was_never_away(Bed& bed) {
  if (bed.absence() == 0) return;
  const auto node = join(bed, "one");
  Watch watch(bed);
  leave(bed, "phone", enter(bed, node, kAnn, "phone"));
  pass(bed, bed.absence() / 2, {node});
  const auto again = enter(bed, node, kAnn, "tablet");
  pass(bed, 2 * bed.absence(), {node});
  CHECK(watch.news() == News{"+ann"});
  leave(bed, "tablet", again);
  pass(bed, bed.absence() + 1, {node});
  CHECK(watch.news() == News{"-ann"});
}

inline void later_registration_holds(Bed& bed) {
  const auto one = join(bed, "one"), two = join(bed, "two");
  Watch watch(bed);
  const auto first = enter(bed, one, kAnn, "phone");
  const auto second = enter(bed, two, kAnn, "phone");
  CHECK(second > first);
  CHECK(standing(bed, kAnn) == Standing{1, true});
  CHECK(watch.news() == News{"+ann", "phone@two"});
  leave(bed, "phone", first);  // of the older one: says nothing about the newer
  CHECK(standing(bed, kAnn) == Standing{1, true});
  CHECK(enter(bed, one, kAnn, "phone", first) == 0);  // outdated
  CHECK(enter(bed, two, kAnn, "phone", second) == second);
  const auto third = enter(bed, two, kAnn, "phone");  // at its own node: that one knows
  CHECK(third > second);
  CHECK(watch.news() == News{});
  leave(bed, "phone", third);
  CHECK(standing(bed, kAnn).sockets == 0);
}

inline void dead_node_is_forgotten(Bed& bed) {
  const auto one = join(bed, "one"), two = join(bed, "two");
  Watch watch(bed);
  enter(bed, one, kAnn, "phone");
  enter(bed, one, kBob, "desk");
  enter(bed, two, kBob, "laptop");
  CHECK(watch.news() == News{"+ann", "+bob"});
  pass(bed, bed.lease() + bed.absence() + 2, {two});
  CHECK(standing(bed, kAnn) == Standing{0, false});
  CHECK(standing(bed, kBob) == Standing{1, true});
  CHECK(watch.news() == News{"-ann"});
  CHECK(good(bed.registry().nodes()).size() == 1);
  CHECK_FALSE(renew(bed, one));
  const auto entered = sync_wait(bed.registry().enter(one, {socket_of(kAnn, "phone")}));
  REQUIRE_FALSE(entered.has_value());
  CHECK(entered.error().code == Code::not_found);
}

inline void node_that_joins_again_holds_nothing(Bed& bed) {
  const auto before = join(bed, "one");
  const auto epoch = enter(bed, before, kAnn, "phone");
  const auto after = join(bed, "one");
  CHECK(after.epoch > before.epoch);
  CHECK(standing(bed, kAnn).sockets == 0);
  CHECK_FALSE(renew(bed, before));
  CHECK(enter(bed, after, kAnn, "phone", epoch) == epoch);  // what it goes on with
  CHECK(enter(bed, after, kBob, "desk") > epoch);
  CHECK(standing(bed, kAnn) == Standing{1, true});
}

inline void later_epochs_are_above_all_that_were_shown(Bed& bed) {
  const auto node = join(bed, "one");
  constexpr Epoch kFar = Epoch{1} << 50U;
  CHECK(enter(bed, node, kAnn, "phone", kFar) == kFar);  // of a registry that has lost what it knew
  CHECK(enter(bed, join(bed, "two"), kAnn, "phone") > kFar);
}

inline void client_is_sent_where_there_is_room(Bed& bed) {
  CHECK(sync_wait(bed.registry().pick()).error().code == Code::not_found);
  const auto one = join(bed, "one"), two = join(bed, "two"), three = join(bed, "three");
  renew(bed, one, 30), renew(bed, two, 20), renew(bed, three, 10, true);
  CHECK(good(bed.registry().pick()) == "two");
  renew(bed, two, 31);
  CHECK(good(bed.registry().pick()) == "one");
  bed.pass(bed.lease() / 2);
  renew(bed, two, 32);
  bed.pass(bed.lease() / 2 + 1);
  CHECK(good(bed.registry().pick()) == "two");  // the last that lives
  CHECK(good(bed.registry().nodes()) == std::vector<Live>{{two, 32, false}});
}

inline void clocks_that_jump_end_no_lease_late(Bed& bed) {
  const auto one = join(bed, "one"), two = join(bed, "two");
  enter(bed, one, kAnn, "phone");
  enter(bed, two, kBob, "desk");
  if (!bed.set_clock(-3'600'000)) return;
  CHECK(standing(bed, kAnn).online);
  pass(bed, bed.lease() + bed.absence() + 2, {two});
  CHECK_FALSE(standing(bed, kAnn).online);
  CHECK(standing(bed, kBob).online);
  REQUIRE(bed.set_clock(3'600'000));
  CHECK_FALSE(renew(bed, two));  // nobody knows better; it joins again
}

inline void standings_say_as_of_when(Bed& bed) {
  const auto node = join(bed, "one");
  Watch watch(bed);
  const auto before = good(bed.registry().standings({kAnn}));
  enter(bed, node, kAnn, "phone");
  const auto after = good(bed.registry().standings({kBob, kAnn}));
  CHECK(before.users == std::vector<Standing>{{0, false}});
  CHECK(after.users == std::vector<Standing>{{0, false}, {1, true}});
  const auto changes = good(bed.registry().changes_after(before.as_of)).changes;
  REQUIRE(changes.size() == 1);
  CHECK(changes[0].number > before.as_of.number);
  CHECK(changes[0].number <= after.as_of.number);
  CHECK(good(bed.registry().changes_after(after.as_of)).changes.empty());
  CHECK(good(bed.registry().changes_after({.epoch = ~0ULL, .number = 0})).lost);
}

inline void many_changes_come_in_pages(Bed& bed) {
  const auto node = join(bed, "one");
  Watch watch(bed);
  std::vector<Socket> sockets;
  for (std::size_t i = 0; i < Registry::kPage + 1; ++i) {
    const auto name = "u" + std::to_string(i);
    sockets.push_back(socket_of(UserKey(name), name.c_str()));
  }
  REQUIRE(good(bed.registry().enter(node, sockets)).size() == sockets.size());
  CHECK(watch.news().size() == Registry::kPage);
  CHECK(watch.news() == News{"+u" + std::to_string(Registry::kPage)});
}

inline void however_many_at_once_one_holds(Bed& bed) {
  const std::vector<Node> nodes{join(bed, "a"), join(bed, "b"), join(bed, "c")};
  std::vector<Epoch> last(nodes.size());
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < nodes.size(); ++i)
      threads.emplace_back([&, i] {
        for (int round = 0; round < 50; ++round) {
          const auto epochs = sync_wait(bed.registry().enter(nodes[i], {socket_of(kAnn, "phone")}));
          last[i] = epochs ? epochs->at(0) : 0;
        }
      });
  }
  CHECK(std::set<Epoch>(last.begin(), last.end()).size() == nodes.size());
  CHECK(standing(bed, kAnn) == Standing{1, true});
  const auto newest = *std::ranges::max_element(last);
  for (const auto epoch : last)
    if (epoch != newest) leave(bed, "phone", epoch);
  CHECK(standing(bed, kAnn).sockets == 1);
  leave(bed, "phone", newest);
  CHECK(standing(bed, kAnn).sockets == 0);
}

inline void registry_suite(const MakeBed& make) {
  const auto bed = make();
  SUBCASE("the first socket of somebody and the last are told, once") { first_socket_and_last_are_told(*bed); }
  SUBCASE("who comes back in time was never away") { who_comes_back_in_time_was_never_away(*bed); }
  SUBCASE("of two registrations of a session the later holds") { later_registration_holds(*bed); }
  SUBCASE("a node whose lease runs out is forgotten with all it held") { dead_node_is_forgotten(*bed); }
  SUBCASE("a node that joins again holds nothing at first") { node_that_joins_again_holds_nothing(*bed); }
  SUBCASE("epochs grow, whatever was lost") { later_epochs_are_above_all_that_were_shown(*bed); }
  SUBCASE("a client is sent where there is room") { client_is_sent_where_there_is_room(*bed); }
  SUBCASE("a clock that jumps keeps no dead node alive") { clocks_that_jump_end_no_lease_late(*bed); }
  SUBCASE("how people stand, and as of which change") { standings_say_as_of_when(*bed); }
  SUBCASE("many changes come in pages") { many_changes_come_in_pages(*bed); }
  SUBCASE("however many register a session at once, one holds") { however_many_at_once_one_holds(*bed); }
}

}  // namespace godwit::registry::suite
