#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "engine/memory/registry.hpp"
#include "node/node_role.hpp"
#include "node/testing_node.hpp"
#include "service/fake_users.hpp"
#include "service/testing_change_log.hpp"

// A session that ends while its socket opens: whatever comes first, the socket does not stay.

namespace godwit::node {
namespace {

using testing::FakeSocket;
using testing::Seen;

class Users final : public user::FakeUsers {
 public:
  explicit Users(changes::ChangeFeed& feed) : feed_(feed) {}
  Task<Result<user::Proven>> authenticate(std::string_view session) override { return prove_again(who(session)); }
  Task<Result<user::Proven>> prove_again(Identity who) override {
    ++asked;
    const auto as_of = feed_.position();
    if (away > 0) co_return --away, fail(Code::unavailable);
    if (ended.contains(who.session)) co_return fail(Code::unauthenticated);
    co_return user::Proven{.who = std::move(who), .as_of = as_of};
  }
  static Identity who(std::string_view session) {
    return {.user = UserKey("ann"),
            .session = SessionId(session),
            .device = DeviceId(session),
            .expires_at = 2'000'000'000'000};
  }
  Task<Result<std::shared_ptr<const std::vector<UserKey>>>> awake_friends(const UserKey&) override {
    co_return std::make_shared<const std::vector<UserKey>>();
  }

  std::set<SessionId> ended;  ///< as this role's caches know it
  int asked = 0, away = 0;

 private:
  changes::ChangeFeed& feed_;
};

constexpr changes::Position kBehindTheLoss{.epoch = 1, .number = 0};

/// The process of the user role and that of the node, each with its own view of the change log.
struct Bed {
  user::Proven prove(const char* session) { return *sync_wait(users.authenticate(session)); }
  void accept(Seen& seen, const user::Proven& proven) {
    steps.enter([&] { node.accept(0, std::make_unique<FakeSocket>(proven.who, seen), proven.as_of); });
  }
  void users_hear(const char* session) {
    users.ended.insert(SessionId(session));
    (void)sync_wait(log_of_users.publish({changes::session_ended(SessionId(session))}));
  }
  void node_hears(const char* session) {
    (void)sync_wait(log_of_node.publish({changes::session_ended(SessionId(session))}));
  }
  void both_lose_the_log() {
    log_of_users.last().heard(kBehindTheLoss, changes::kAlways);
    log_of_node.last().lost();
    log_of_node.last().heard(kBehindTheLoss, changes::kAlways);
  }
  void log_out(const char* session) {
    users_hear(session);
    node_hears(session);
  }

  ManualClock clock;
  SteppedExecutor steps{clock}, others{clock};
  engine::memory::MemoryRegistry registry{clock, engine::memory::kOneProcess};
  Log log{-1};
  Metrics metrics;
  changes::TestingChangeLog log_of_users, log_of_node;
  changes::ChangeFeed feed_of_users{log_of_users, clock}, feed{log_of_node, clock};
  Users users{feed_of_users};
  dispatch::FakeDispatch dispatch;
  offline::FakeOffline offline;
  NodeRole node{{&steps, &others},
                {.users = users, .dispatch = dispatch, .offline = offline, .registry = registry, .feed = feed},
                {},
                clock,
                log,
                metrics};
};

/// One story: who takes the next step (c: the client's connect, l: the log-out), and after which steps the node's
/// executor gets round to its jobs (bits of `drains`).
int closed_after(const std::string& story, unsigned drains, bool node_hears_first) {
  Bed bed;
  Seen seen;
  std::optional<user::Proven> proven;
  bool refused = false;
  int connect = 0, log_out = 0;
  for (std::size_t i = 0; i < story.size(); ++i) {
    if (story[i] == 'c' && ++connect == 1) {
      auto answer = sync_wait(bed.users.authenticate("s"));
      refused = !answer;
      if (answer) proven = *answer;
    } else if (story[i] == 'c' && proven) {
      bed.accept(seen, *proven);
    } else if (story[i] == 'l') {
      if ((++log_out == 1) == node_hears_first) bed.node_hears("s");
      else bed.users_hear("s");
    }
    if ((drains >> i & 1U) != 0) bed.steps.run();
  }
  bed.steps.run();
  return refused ? 4502 : seen.closed;
}
}  // namespace

TEST_SUITE("sessions that end while their socket opens") {
  TEST_CASE("however log-out and connect interleave, and whoever hears first, the socket does not stay") {
    std::string story = "ccll";
    std::ranges::sort(story);
    int stories = 0;
    do {
      for (unsigned drains = 0; drains < 16; ++drains) {
        for (const bool node_first : {false, true}) {
          CAPTURE(story);
          CAPTURE(drains);
          CHECK(closed_after(story, drains, node_first) == 4502);
          ++stories;
        }
      }
    } while (std::ranges::next_permutation(story).found);
    CHECK(stories == 6 * 16 * 2);
  }

  TEST_CASE("somebody else's log-out closes nobody's, and costs no second look") {
    Bed bed;
    Seen seen;
    const auto proven = bed.prove("s");
    bed.log_out("another");
    bed.accept(seen, proven);
    bed.steps.run();
    CHECK(seen.closed == 0);
    CHECK(bed.users.asked == 1);
  }

  TEST_CASE("a proof that is too old is made again, until the user role can say") {
    Bed bed;
    Seen alive, dead;
    const auto one = bed.prove("s"), other = bed.prove("t");
    for (std::size_t i = 0; i <= changes::EndedSessions::kMost; ++i) bed.log_out(("x" + std::to_string(i)).c_str());
    bed.users.ended.insert(SessionId("t"));  // so long ago that the node has forgotten
    bed.users.away = 3;
    bed.accept(alive, one);
    bed.accept(dead, other);
    bed.steps.run();
    CHECK(dead.closed == 0);
    for (int i = 0; i < 3; ++i) bed.steps.run_for(std::chrono::seconds(1));
    CHECK(alive.closed == 0);
    CHECK(dead.closed == 4502);
  }

  TEST_CASE("where changes were lost every session here is proven again") {
    Bed bed;
    Seen alive, dead;
    bed.accept(alive, bed.prove("s"));
    bed.accept(dead, bed.prove("t"));
    bed.users.ended.insert(SessionId("t"));
    bed.both_lose_the_log();
    bed.steps.run();
    CHECK(alive.closed == 0);
    CHECK(dead.closed == 4502);
    const auto asked = bed.users.asked;
    bed.steps.run_for(std::chrono::seconds(5));
    CHECK(bed.users.asked == asked);
  }

  TEST_CASE("where changes were lost nobody is believed who has not heard of it yet") {
    Bed bed;
    Seen dead;
    bed.accept(dead, bed.prove("t"));
    bed.steps.run();
    bed.log_of_node.last().lost();  // the end of the session with it: the user role's copy says that it lives
    bed.log_of_node.last().heard(kBehindTheLoss, changes::kAlways);
    bed.steps.run_for(std::chrono::seconds(2));
    CHECK(dead.closed == 0);
    bed.users.ended.insert(SessionId("t"));
    bed.log_of_users.last().heard(kBehindTheLoss, changes::kAlways);
    bed.steps.run_for(std::chrono::seconds(1));
    CHECK(dead.closed == 4502);
  }

  TEST_CASE("a newer socket of a session replaces the older one, which is no log-out") {
    Bed bed;
    Seen older, newer;
    const auto proven = bed.prove("s");
    bed.accept(older, proven);
    bed.accept(newer, proven);
    bed.steps.run();
    CHECK(older.closed == 4505);
    CHECK(newer.closed == 0);
    bed.log_out("s");
    bed.steps.run();
    CHECK(newer.closed == 4502);
  }
}

}  // namespace godwit::node
