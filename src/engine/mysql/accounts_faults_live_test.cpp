#include <thread>

#include "engine/mysql/accounts_backend.hpp"
#include "engine/mysql/accounts_fixture.hpp"
#include "engine/mysql/accounts_wire_fixture.hpp"
#include "engine/mysql/own_server_fixture.hpp"
#include "user/store/store_fixture.hpp"

/// Connections that end, servers that die, answers that never come.
namespace godwit::mysql::testing {
namespace {
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using engine::soci::FailureKind;
using engine::soci::SociConnection;
using engine::soci::StoreFailure;
using user::Tables;

Result<void> run(user::Store& store, const user::Store::Work& work) {
  return sync_wait(store.run_write(work, user::Durability::synced));
}
Settings with(Settings settings, const std::string& address) {
  settings.address = address;
  return settings;
}
/// One for all tests here, which leave it as it was.
OwnServer& own_server() {
  static OwnServer server;
  return server;
}
int port_of(const Settings& settings) { return std::stoi(settings.address.substr(settings.address.rfind(':') + 1)); }

TEST_CASE("mysql accounts: connections that are killed cost nobody a write, but those that were being committed") {
  const AccountsPlace place;
  const OpenedAccounts accounts(place.settings());
  auto& store = accounts.store();
  begin_counting(store);
  std::atomic<int> stand = 0, unknown = 0;
  std::size_t killed = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 3; ++i) {
      threads.emplace_back([&] {
        for (int k = 0; k < 60; ++k) {
          const auto done = run(store, count_one());
          if (!done) CHECK(done.error().code == Code::unavailable);
          (done ? stand : unknown) += 1;
        }
      });
    }
    for (int i = 0; i < 10; ++i) {
      std::this_thread::sleep_for(20ms);
      killed += kill_connections(place.settings());
    }
  }
  MESSAGE(killed << " connections killed, " << unknown.load() << " of 180 outcomes unknown");
  CHECK(killed > 0);
  const int there = counted(store);
  CHECK(there >= stand);
  CHECK(there <= stand + unknown);
  CHECK(unknown < 60);
}

TEST_CASE("mysql accounts: connections that ended while nobody used them are made anew without a word") {
  const AccountsPlace place;
  const OpenedAccounts accounts(place.settings());
  begin_counting(accounts.store());
  for (int i = 1; i <= 3; ++i) {
    kill_connections(place.settings());
    CHECK(run(accounts.store(), count_one()).has_value());
    kill_connections(place.settings());
    CHECK(counted(accounts.store()) == i);
  }
}

TEST_CASE("mysql accounts: a commit whose answer is lost is unavailable, and does not run again") {
  const AccountsPlace place;
  CutWire wire(port_of(place.settings()),
               "\x03"
               "COMMIT");  // the statement: a packet's kind, and all of it
  const OpenedAccounts accounts(with(place.settings(), wire.address()));
  auto& store = accounts.store();
  begin_counting(store);
  int runs = 0;
  const auto once = [&](Tables& tables) {
    ++runs;
    return count_one()(tables);
  };
  wire.cut_next(CutWire::Cut::before_its_answer);
  const auto stands = run(store, once);
  CHECK(stands.error().code == Code::unavailable);
  CHECK(runs == 1);
  CHECK(counted(store) == 1);
  wire.cut_next(CutWire::Cut::before_it_arrives);
  CHECK(run(store, once).error().code == Code::unavailable);
  CHECK(wire.was_cut());
  CHECK(runs == 2);
  CHECK(counted(store) == 1);
}

TEST_CASE("mysql accounts: a wire that is cut in the middle of work runs it again") {
  const AccountsPlace place;
  CutWire wire(port_of(place.settings()), "UPDATE accounts");
  const OpenedAccounts accounts(with(place.settings(), wire.address()));
  auto& store = accounts.store();
  begin_counting(store);
  int runs = 0;
  for (const auto how : {CutWire::Cut::before_its_answer, CutWire::Cut::before_it_arrives}) {
    wire.cut_next(how);
    CHECK(run(store, [&](Tables& tables) {
            ++runs;
            return count_one()(tables);
          }).has_value());
    CHECK(wire.was_cut());
  }
  CHECK(runs == 4);
  CHECK(counted(store) == 2);
}

TEST_CASE("mysql accounts: tables whose making was cut off anywhere are made to the end by the next") {
  std::atomic<int> cut_off = 0;
  for (int round = 0; round < 8; ++round) {
    ScratchDatabase scratch;
    const auto opening = [&] {
      ManualClock clock;
      Log log(-1);
      Metrics metrics;
      return AccountsDatabase::open(scratch.settings(), {.readers = 1, .writers = 1}, clock, log, metrics).has_value();
    };
    {
      std::jthread first([&] { cut_off += opening() ? 0 : 1; });
      std::this_thread::sleep_for(std::chrono::milliseconds(20 + 60 * round));
      kill_connections(scratch.settings());
    }
    const OpenedAccounts accounts(scratch.settings());
    suite::add_people(accounts.store(), {suite::kAnn});
    CHECK(suite::found_keys(accounts.store(), "some", 9) == std::vector<std::string>{"ann"});
    auto connection = scratch.connect();
    auto steps = good(connection.run("SELECT COUNT(*), MAX(version) FROM schema_migrations"));
    REQUIRE(steps[0].rows.next());
    CHECK(steps[0].rows.number(0) == steps[0].rows.number(1));
  }
  CHECK(cut_off > 3);
}

TEST_CASE("mysql accounts: of processes that start at once one makes the tables") {
  ScratchDatabase scratch;
  std::vector<std::unique_ptr<OpenedAccounts>> opened(4);
  {
    std::vector<std::jthread> threads;
    for (auto& one : opened) threads.emplace_back([&] { one = std::make_unique<OpenedAccounts>(scratch.settings()); });
  }
  suite::add_people(opened[0]->store(), {suite::kAnn});
  for (const auto& one : opened)
    CHECK(suite::read(one->store(), [](Tables& tables) { return tables.accounts.find(suite::kAnn); }).has_value());
}

TEST_CASE("mysql accounts: tables of a newer form are refused") {
  ScratchDatabase scratch;
  {
    const OpenedAccounts accounts(scratch.settings());
  }
  good(scratch.connect().run("INSERT INTO schema_migrations VALUES (999, 'later', 0)"));
  ManualClock clock;
  Log log(-1);
  Metrics metrics;
  const auto refused = AccountsDatabase::open(scratch.settings(), {}, clock, log, metrics);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().detail.contains("newer"));
  CHECK(refused.error().detail.contains(scratch.settings().database));
}

TEST_CASE("mysql accounts: a failure says what went wrong and repeats no bound value") {
  const AccountsPlace place;
  {
    const OpenedAccounts accounts(place.settings());
  }
  SociConnection connection(AccountsDoor(place.settings()).open(SociConnection::Mode::writer));
  const auto failing = [&](std::string_view sql, const std::string& value, FailureKind kind) {
    try {
      connection.run(sql, "", value);
      FAIL("taken");
    } catch (const StoreFailure& failure) {
      CHECK(failure.kind == kind);
      CHECK_FALSE(failure.reason.empty());
      CHECK_FALSE(failure.reason.contains("secret"));
    }
  };
  connection.execute("CREATE TEMPORARY TABLE hashes (hash VARCHAR(60) COLLATE utf8mb4_bin PRIMARY KEY, n INT)");
  connection.run("INSERT INTO hashes (hash) VALUES (:hash)", "", std::string("its 'secret' value"));
  failing("INSERT INTO hashes (hash) VALUES (:same)", "its 'secret' value", FailureKind::duplicate);
  failing("INSERT INTO hashes (hash) VALUES (:long)", std::string(100, 'x') + "secret", FailureKind::failed);
  failing("INSERT INTO hashes (n) VALUES (:n)", "secret", FailureKind::failed);
  failing("INSERT INTO hashes SYNTAX (hash) VALUES (:hash)", "secret", FailureKind::failed);
  failing("INSERT INTO blocks (user_key, blocked_key, since) VALUES (:secret, 'nobody', 1)", "secret",
          FailureKind::constraint);
}

TEST_CASE(
    "mysql accounts: a server that is killed is unavailable at once; back again, all that was answered is there") {
  auto& server = own_server();
  ScratchDatabase scratch(server.settings());
  const OpenedAccounts accounts(scratch.settings());
  auto& store = accounts.store();
  begin_counting(store);
  std::atomic<int> stand = 0, unknown = 0;
  std::atomic<bool> over = false;
  std::vector<std::jthread> threads;
  std::atomic<Clock::duration::rep> longest = 0;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      while (!over) {
        const auto began = Clock::now();
        (run(store, count_one()) ? stand : unknown) += 1;
        longest = std::max(longest.load(), (Clock::now() - began).count());
        if (unknown > 0) std::this_thread::sleep_for(1ms);
      }
    });
  }
  std::this_thread::sleep_for(300ms);
  server.kill();
  std::this_thread::sleep_for(500ms);
  const int before = stand;
  CHECK(before > 0);
  CHECK(unknown > 0);
  CHECK(Clock::duration(longest) < 2s);
  server.start();
  const auto until = Clock::now() + 5s;
  while (stand == before && Clock::now() < until) std::this_thread::sleep_for(10ms);
  CHECK(stand > before);
  over = true;
  threads.clear();
  const int there = counted(store);
  CHECK(there >= stand);
  CHECK(there <= stand + unknown);
}

TEST_CASE("mysql accounts: a server that answers nothing holds nobody up for longer than its time-outs") {
  auto& server = own_server();
  ScratchDatabase scratch(server.settings());
  auto settings = scratch.settings();
  settings.connect_timeout = settings.lock_timeout = 1s;
  settings.answer_timeout = 2s;
  const OpenedAccounts accounts(settings);
  begin_counting(accounts.store());
  server.pause();
  const auto began = Clock::now();
  CHECK(run(accounts.store(), count_one()).error().code == Code::unavailable);
  CHECK(Clock::now() - began < 5s);
  server.resume();
  const auto until = Clock::now() + 5s;
  while (!run(accounts.store(), count_one()) && Clock::now() < until) std::this_thread::sleep_for(50ms);
  CHECK(counted(accounts.store()) == 1);
}

TEST_CASE("mysql accounts: a server that may lose what it committed is refused, by the name of its setting") {
  auto& server = own_server();
  ScratchDatabase scratch(server.settings());
  ManualClock clock;
  Log log(-1);
  Metrics metrics;
  const auto refused = [&](const std::string& setting) {
    const auto opened = AccountsDatabase::open(scratch.settings(), {}, clock, log, metrics);
    return !opened && opened.error().detail.contains(setting);
  };
  good(scratch.admin().run("SET GLOBAL innodb_flush_log_at_trx_commit = 2"));
  CHECK(refused("innodb_flush_log_at_trx_commit"));
  good(scratch.admin().run("SET GLOBAL innodb_flush_log_at_trx_commit = 1; SET GLOBAL read_only = 1"));
  CHECK(refused("read_only"));
  good(scratch.admin().run("SET GLOBAL read_only = 0"));
  CHECK_FALSE(refused(""));
}
}  // namespace
}  // namespace godwit::mysql::testing
