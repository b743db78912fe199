#include <chrono>
#include <string>
#include <thread>

#include "engine/mysql/mysql_fixture.hpp"
#include "engine/mysql/sql.hpp"

namespace godwit::mysql {
namespace {

using std::chrono::milliseconds;
using testing::good;
using testing::ScratchDatabase;

std::string all_bytes() {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  return bytes + "'\\' OR 1; \xF0\x9F\x98\x80";
}

Trouble trouble(Connection& connection, std::string_view sql) {
  const auto answer = connection.run(sql);
  REQUIRE_FALSE(answer.has_value());
  return answer.error().trouble;
}

TEST_CASE("mysql: several statements in a packet, each with what it did") {
  ScratchDatabase database;
  auto connection = database.connect();
  good(connection.run("CREATE TABLE t (a INT UNSIGNED PRIMARY KEY, b VARBINARY(400), c BIGINT) ENGINE=InnoDB"));
  Sql sql("INSERT INTO t VALUES (1, ");
  sql.bytes(all_bytes()).add(", -5), (2, NULL, NULL); UPDATE t SET c = -5; SELECT b, c, a FROM t ORDER BY a");
  const auto bytes = all_bytes();
  auto done = good(connection.run(sql.text()));
  REQUIRE(done.size() == 3);
  CHECK(done[0].affected == 2);
  CHECK(done[1].affected == 2);  // found, though one stayed as it was
  auto& rows = done[2].rows;
  CHECK(rows.size() == 2);
  REQUIRE(rows.next());
  CHECK(rows.text(0) == bytes);
  CHECK(rows.signed_number(1) == -5);
  CHECK(rows.number(2) == 1);
  REQUIRE(rows.next());
  CHECK(rows.null(0));
  CHECK_FALSE(rows.next());
}

TEST_CASE("mysql: a statement that fails ends its packet; those before it stand") {
  ScratchDatabase database;
  auto connection = database.connect();
  good(connection.run("CREATE TABLE t (a INT PRIMARY KEY) ENGINE=InnoDB; INSERT INTO t VALUES (1)"));
  CHECK(trouble(connection, "INSERT INTO t VALUES (2); INSERT INTO t VALUES (1); INSERT INTO t VALUES (3)") ==
        Trouble::duplicate);
  CHECK(trouble(connection, "SELEC 1") == Trouble::refused);
  CHECK(trouble(connection, "SELECT IF(1 = 2, 1, (SELECT 1 UNION ALL SELECT 2))") == Trouble::rows);
  CHECK(good(connection.run("SELECT a FROM t"))[0].rows.size() == 2);
  CHECK_FALSE(connection.lost());
}

TEST_CASE("mysql: whoever waits for a lock in vain, or in a circle, is told to begin again") {
  ScratchDatabase database;
  auto first = database.connect(), second = database.connect();
  good(first.run("CREATE TABLE t (a INT PRIMARY KEY, b INT) ENGINE=InnoDB; INSERT INTO t VALUES (1, 0), (2, 0)"));
  good(second.run("SET SESSION innodb_lock_wait_timeout = 1"));
  good(first.run("START TRANSACTION; UPDATE t SET b = 1 WHERE a = 1"));
  CHECK(trouble(second, "UPDATE t SET b = 2 WHERE a = 1") == Trouble::contended);
  good(second.run("START TRANSACTION; UPDATE t SET b = 2 WHERE a = 2"));
  Answer<std::vector<Done>> crossing;
  std::thread other([&] { crossing = first.run("UPDATE t SET b = 1 WHERE a = 2"); });
  std::this_thread::sleep_for(milliseconds(200));
  const auto crossed = second.run("UPDATE t SET b = 2 WHERE a = 1");
  other.join();
  REQUIRE(crossed.has_value() != crossing.has_value());
  CHECK((crossed ? crossing : crossed).error().number == 1213);
  CHECK((crossed ? crossing : crossed).error().trouble == Trouble::contended);
}

TEST_CASE("mysql: a connection that was killed is lost, and says so") {
  ScratchDatabase database;
  auto connection = database.connect();
  good(database.admin().run("KILL " + std::to_string(connection.id())));
  CHECK(trouble(connection, "SELECT 1") == Trouble::lost);
  CHECK(connection.lost());
  CHECK(trouble(connection, "SELECT 1") == Trouble::away);
}

TEST_CASE("mysql: an answer that does not come in time loses the connection") {
  ScratchDatabase database;
  auto settings = database.settings();
  settings.answer_timeout = std::chrono::seconds(1);
  auto connection = good(Connection::open(settings));
  const auto began = std::chrono::steady_clock::now();
  CHECK(trouble(connection, "SELECT SLEEP(5)") == Trouble::lost);
  const auto took = std::chrono::steady_clock::now() - began;
  CHECK(took < std::chrono::seconds(3));
  CHECK(connection.lost());
}

TEST_CASE("mysql: nobody there, no such account, no such address") {
  auto settings = testing::server();
  settings.password = "another";
  CHECK(Connection::open(settings).error().trouble == Trouble::refused);
  settings.address = "127.0.0.1:1";
  CHECK(Connection::open(settings).error().trouble == Trouble::away);
  for (const auto* wrong : {"127.0.0.1", ":13300", "127.0.0.1:", "127.0.0.1:70000", "127.0.0.1:33x"}) {
    settings.address = wrong;
    CHECK(Connection::open(settings).error().words == "the database's address is not host:port");
  }
}

}  // namespace
}  // namespace godwit::mysql
