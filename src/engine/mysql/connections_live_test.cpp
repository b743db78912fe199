#include "engine/mysql/connections.hpp"

#include <fcntl.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "engine/mysql/mysql_fixture.hpp"

namespace godwit::mysql {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ScratchDatabase;
using Clock = std::chrono::steady_clock;

Log& nowhere() {
  static Log log(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  return log;
}

Answer<int> one(Connection& connection) {
  TRY(auto done, connection.run("SELECT 1"));
  return static_cast<int>(done.size());
}

TEST_CASE("mysql: what locks crossed is rolled back and run again, three times in all") {
  ScratchDatabase database;
  auto connection = database.connect();
  testing::good(connection.run("CREATE TABLE t (a INT PRIMARY KEY) ENGINE=InnoDB"));
  Connections connections("test", 1, 8, database.settings(), nowhere());
  for (const int crossings : {2, 3}) {
    int runs = 0;
    const auto answer = sync_wait(connections.run([&](Connection& on) -> Answer<int> {
      TRY(auto begun, on.run("START TRANSACTION; INSERT INTO t VALUES (" + std::to_string(++runs) + ")"));
      if (runs <= crossings) return std::unexpected(Failure{.trouble = Trouble::contended});
      TRY(auto done, on.run("COMMIT"));
      return runs;
    }));
    CHECK(runs == 3);
    CHECK(answer.has_value() == (crossings == 2));
    auto found = testing::good(connection.run("SELECT a FROM t; DELETE FROM t"));
    CHECK(found[0].rows.size() == (crossings == 2 ? 1 : 0));
  }
}

TEST_CASE("mysql: other failures are not run again, and leave nothing open") {
  ScratchDatabase database;
  auto connection = database.connect();
  testing::good(connection.run("CREATE TABLE t (a INT PRIMARY KEY) ENGINE=InnoDB"));
  Connections connections("test", 1, 8, database.settings(), nowhere());
  int runs = 0;
  const auto refused = sync_wait(connections.run([&](Connection& on) {
    ++runs;
    return on.run("START TRANSACTION; INSERT INTO t VALUES (1); INSERT INTO t VALUES ('x')");
  }));
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == Code::unavailable);
  CHECK(runs == 1);
  const auto after = sync_wait(connections.run([](Connection& on) { return on.run("INSERT INTO t VALUES (2)"); }));
  CHECK(after.has_value());
  CHECK(testing::good(connection.run("SELECT a FROM t"))[0].rows.size() == 1);
}

TEST_CASE("mysql: above what may wait, and after too long a wait, it is unavailable, and nothing of it is done") {
  auto settings = testing::server();
  settings.answer_timeout = seconds(1);
  Connections connections("test", 1, 3, settings, nowhere());
  std::atomic<bool> busy{false};
  std::jthread first([&] {
    (void)sync_wait(connections.run([&](Connection&) -> Answer<int> {
      busy = true;
      std::this_thread::sleep_for(milliseconds(1500));
      return 1;
    }));
  });
  while (!busy) std::this_thread::sleep_for(milliseconds(1));
  std::atomic<int> begun{0}, late{0};
  std::vector<std::jthread> waiting;
  for (int i = 0; i < 3; ++i)
    waiting.emplace_back([&] {
      const auto answer = sync_wait(connections.run([&](Connection&) -> Answer<int> { return ++begun; }));
      late += !answer && answer.error().code == Code::unavailable ? 1 : 0;
    });
  while (connections.waiting() < 3) std::this_thread::sleep_for(milliseconds(1));
  const auto before = Clock::now();
  const auto above = sync_wait(connections.run(one));
  REQUIRE_FALSE(above.has_value());
  CHECK(above.error().code == Code::unavailable);
  CHECK(Clock::now() - before < milliseconds(500));
  waiting.clear();
  CHECK(late == 3);
  CHECK(begun == 0);
  CHECK(sync_wait(connections.run(one)).has_value());
}

TEST_CASE("mysql: a database that is away is tried now and then, and everybody else is told at once") {
  auto settings = testing::server();
  settings.address = "192.0.2.1:3306";  // of no machine: packets to it are lost, or come back
  settings.connect_timeout = seconds(1);
  Connections connections("test", 2, 64, settings, nowhere());
  (void)sync_wait(connections.run(one));
  const auto began = Clock::now();
  for (int i = 0; i < 50; ++i) CHECK_FALSE(sync_wait(connections.run(one)).has_value());
  CHECK(Clock::now() - began < seconds(3));
}

}  // namespace
}  // namespace godwit::mysql
