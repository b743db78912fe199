#include "rpc/cached_users.hpp"

#include <doctest/doctest.h>

#include <thread>

#include "rpc/fake_roles.hpp"
#include "rpc/rpc_fixture.hpp"
#include "service/testing_change_log.hpp"

using namespace godwit;
using namespace godwit::rpc::testing;
using namespace std::chrono_literals;

namespace {

const UserKey kAnn("ann"), kBob("bob");

/// A user role in a process, and copies in another; each hears of changes by itself.
struct House {
  SystemClock clock;
  EchoUsers role;
  changes::TestingChangeLog log_there, log_here;
  changes::ChangeFeed feed_there{log_there, clock};
  rpc::UserSource source{role, feed_there};
  ServingProcess there{[this] {
    rpc::Services services;
    rpc::serve_user(services, source);
    return services;
  }()};
  AskingProcess here{{there.address()}};
  rpc::UserClient client{here.caller()};
  std::unique_ptr<changes::ChangeFeed> feed_here = std::make_unique<changes::ChangeFeed>(log_here, clock);
  std::unique_ptr<rpc::CachedUsers> users = std::make_unique<rpc::CachedUsers>(client, *feed_here, settings, clock);

  inline static const user::Copies::Settings settings{};

  void tell_here(const changes::Change& change) { REQUIRE(sync_wait(log_here.publish({change}))); }
  void tell_there(const changes::Change& change) { REQUIRE(sync_wait(log_there.publish({change}))); }
  void tell(const changes::Change& change) { tell_there(change), tell_here(change); }
  /// How many calls `task` makes of the role.
  template <class T>
  int calls(Task<T> task) {
    const int before = role.asked;
    REQUIRE(here.ask(std::move(task)));
    return role.asked - before;
  }
};

}  // namespace

TEST_CASE("rpc: copies of the user role's answers are asked for once, and after each change that concerns them") {
  House house;
  auto& users = *house.users;
  const GroupKey group("g-1");
  CHECK(house.calls(users.relation(kAnn, kBob)) == 1);
  CHECK(house.calls(users.relation(kBob, kAnn)) == 0);
  CHECK(house.calls(users.awake_friends(kAnn)) == 1);
  CHECK(house.calls(users.awake_friends(kAnn)) == 0);
  CHECK(house.calls(users.roster(group)) == 1);
  CHECK(house.calls(users.roster(group)) == 0);
  CHECK(house.calls(users.user_cards({kAnn, kBob})) == 1);
  CHECK(house.calls(users.user_cards({kBob})) == 0);
  CHECK(house.calls(users.group_cards({group})) == 1);
  CHECK(house.calls(users.group_cards({group})) == 0);

  house.tell(changes::pair(kBob, kAnn));
  CHECK(house.calls(users.relation(kAnn, kBob)) == 1);
  CHECK(house.calls(users.awake_friends(kAnn)) == 1);
  CHECK(house.calls(users.roster(group)) == 0);
  house.tell(changes::group(group));
  CHECK(house.calls(users.roster(group)) == 1);
  CHECK(house.calls(users.group_cards({group})) == 1);
  CHECK(house.calls(users.relation(kAnn, kBob)) == 0);
  house.tell(changes::card(kAnn));
  CHECK(house.calls(users.user_cards({kAnn, kBob})) == 1);
}

TEST_CASE("rpc: who is not there is asked for again") {
  House house;
  CHECK(house.calls(house.users->relation(kAnn, UserKey("absent"))) == 1);
  CHECK(house.calls(house.users->relation(kAnn, UserKey("absent"))) == 1);
  CHECK_FALSE(house.here.ask(house.users->relation(kAnn, UserKey("absent")))->exists);
  CHECK(house.here.ask(house.users->roster(GroupKey("absent"))).error().code == Code::not_found);
}

TEST_CASE("rpc: a copy is never of an answer that knows less than who asks") {
  House house;
  CHECK(house.calls(house.users->relation(kAnn, kBob)) == 1);
  house.tell_here(changes::pair(kAnn, kBob));  // the role has not heard of it
  SUBCASE("the role waits until it has") {
    std::atomic<bool> answered{false};
    std::jthread asking([&] {
      CHECK(house.here.ask(house.users->relation(kAnn, kBob)));
      answered = true;
    });
    std::this_thread::sleep_for(50ms);
    CHECK(house.role.asked == 1);
    CHECK_FALSE(answered);
    house.tell_there(changes::pair(kAnn, kBob));
    asking.join();
    CHECK(house.role.asked == 2);
  }
  SUBCASE("not for ever") {
    const auto refused = house.here.ask(house.users->relation(kAnn, kBob));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Code::unavailable);
    CHECK(house.role.asked == 1);
  }
  SUBCASE("and so do the others") {
    CHECK_FALSE(house.here.ask(house.users->awake_friends(kAnn)));
    CHECK_FALSE(house.here.ask(house.users->roster(GroupKey("g-1"))));
    CHECK_FALSE(house.here.ask(house.users->user_cards({kAnn})));
    CHECK_FALSE(house.here.ask(house.users->group_cards({GroupKey("g-1")})));
    CHECK(house.role.asked == 1);
  }
}

TEST_CASE("rpc: copies are forgotten when changes were lost, and not believed while none are heard") {
  House house;
  CHECK(house.calls(house.users->relation(kAnn, kBob)) == 1);
  house.log_here.last().lost();
  CHECK(house.calls(house.users->relation(kAnn, kBob)) == 1);
  CHECK(house.calls(house.users->relation(kAnn, kBob)) == 0);

  ManualClock stopped(house.clock.now());
  changes::TestingChangeLog silent;
  silent.pulse = &stopped;
  changes::ChangeFeed feed(silent, stopped);
  rpc::CachedUsers users(house.client, feed, House::settings, stopped);
  CHECK(house.calls(users.relation(kAnn, kBob)) == 1);
  CHECK(house.calls(users.relation(kAnn, kBob)) == 0);
  stopped.advance(1000);
  CHECK(house.calls(users.relation(kAnn, kBob)) == 1);
  CHECK(house.calls(users.relation(kAnn, kBob)) == 1);
  silent.beat();
  CHECK(house.calls(users.relation(kAnn, kBob)) == 1);  // what is from before is not believed, either
  CHECK(house.calls(users.relation(kAnn, kBob)) == 0);
}

TEST_CASE("rpc: what must not be a copy is asked for each time") {
  House house;
  auto& users = *house.users;
  CHECK(house.here.ask(users.authenticate("good\xff")));
  CHECK(house.here.ask(users.authenticate("bad")).error().code == Code::unauthenticated);
  CHECK(house.here.ask(users.prove_again(identity())));
  CHECK(*house.here.ask(users.is_admin(UserKey("root"))));
  CHECK(house.here.ask(users.authenticate_service("shop"))->name == "shop");
  CHECK(house.here.ask(users.record_deed(UserKey("root"), {.action = "act"})));
  CHECK(house.here.ask(users.users_after(kAnn, 3)));
}
