#include "engine/sqlite/walk_rows.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "archive/testing_author.hpp"
#include "engine/soci/moved_tables.hpp"
#include "engine/sqlite/accounts_fixture.hpp"
#include "engine/sqlite/archive_scratch.hpp"
#include "engine/sqlite/sealed_files.hpp"
#include "engine/sqlite/sqlite_handle.hpp"

namespace godwit::engine::sqlite {
namespace {

std::vector<std::string> column(Connection& connection, const std::string& sql) {
  auto rows = *connection.prepare(sql, false);
  std::vector<std::string> all;
  while (*rows.step()) all.emplace_back(rows.text(0));
  return all;
}

std::set<std::string> names_in(std::string_view list) {
  std::set<std::string> names;
  for (std::size_t from = 0; from < list.size();) {
    const auto end = std::min(list.find(", ", from), list.size());
    names.emplace(list.substr(from, end - from));
    from = end + 2;
  }
  return names;
}

std::vector<TableRow> rows_of(const std::string& path, const Table& table) {
  std::vector<TableRow> all;
  REQUIRE(walk_table(path, table, [&](TableRow row) -> Result<void> {
            all.push_back(std::move(row));
            return {};
          }).has_value());
  return all;
}

}  // namespace

TEST_CASE(
    "sqlite: what is moved of the accounts is every table but those that are the other's own, with every column") {
  const Folder folder;
  const auto path = folder.file("accounts.db");
  {
    const Opened made(path);
  }
  auto connection = *Connection::open(path, Connection::Mode::read);
  std::set<std::string> there{"name_words_state", "schema_migrations", "change_outbox", "sqlite_sequence"};
  for (const auto& table : soci::moved_tables()) {
    CAPTURE(table.name);
    there.emplace(table.name);
    const auto columns = column(connection, "SELECT name FROM pragma_table_info('" + std::string(table.name) + "')");
    CHECK(std::set(columns.begin(), columns.end()) == names_in(table.columns));
  }
  const auto tables = column(connection, "SELECT name FROM sqlite_schema WHERE type = 'table'");
  CHECK(std::set(tables.begin(), tables.end()) == there);
}

TEST_CASE("sqlite: a table is walked through by its key, NULL and bytes as they are") {
  const Folder folder;
  const auto path = folder.file("some.db");
  {
    auto connection = *Connection::open(path, Connection::Mode::create);
    REQUIRE(
        connection.run("CREATE TABLE t (a TEXT, b INTEGER, c BLOB); INSERT INTO t VALUES ('b', 1, X'00ff'), "
                       "('a', 2, NULL), ('a', -1, '')"));
  }
  CHECK(rows_of(path, {"t", "a, b, c", 2}) == std::vector<TableRow>{{"a", std::int64_t{-1}, ""},
                                                                    {"a", std::int64_t{2}, std::monostate()},
                                                                    {"b", std::int64_t{1}, std::string("\0\xff", 2)}});
  int seen = 0;
  const auto ended = walk_table(path, {"t", "a, b, c", 2}, [&](const TableRow&) -> Result<void> {
    return ++seen == 2 ? fail(Code::unavailable, "enough") : Result<void>();
  });
  CHECK((!ended && ended.error().detail == "enough" && seen == 2));
}

TEST_CASE("sqlite: an archive is walked through in the order of arrival; a damaged message is an error") {
  using namespace archive::suite;
  ScratchArchive archive;
  Author author;
  const std::vector<MessagePtr> all{author.says(kTwo, "alice", "one"), author.says(kGroup, "bobby", "two"),
                                    author.says(kTwo, "bobby", "three")};
  put(*archive, all);
  put(*archive, {author.recalls(*all[0])});
  const auto path = archive.path();
  archive.close();
  std::vector<std::string> texts;
  const auto note = [&](const MessagePtr& message) -> Result<void> {
    texts.push_back(message->recalled ? "(recalled)" : message->text);
    return {};
  };
  REQUIRE(walk_archive(path, note).has_value());
  CHECK(texts == std::vector<std::string>{"(recalled)", "two", "three", ""});
  {
    watch_sealed_files();
    auto connection = *Connection::open(path, Connection::Mode::write);
    REQUIRE(connection.run("UPDATE messages SET record = X'01' WHERE row = (SELECT MAX(row) FROM messages)"));
  }
  const auto damaged = walk_archive(path, note);
  REQUIRE_FALSE(damaged.has_value());
  CHECK(damaged.error().detail.contains("is damaged"));
}

}  // namespace godwit::engine::sqlite
