#include <doctest/doctest.h>

#include "archive/archive_store_suite.hpp"
#include "engine/sqlite/archive_database.hpp"
#include "engine/sqlite/archive_scratch.hpp"

namespace godwit::engine::sqlite {

using namespace archive::suite;

TEST_CASE("an archive of version 2 gives its readers' spans over as joins and leaves") {
  ScratchArchive archive;
  Author author;
  put(*archive, {author.changes(kGroup, {kAlice, kBob, kCarol}, {}), author.says(kGroup, "alice", "wind one"),
                 author.changes(kGroup, {}, {kBob}), author.says(kGroup, "alice", "wind two"),
                 author.changes(kGroup, {kBob}, {}), author.says(kTwo, "alice", "wind between two")});
  archive.close();
  {
    auto tool = *Connection::open(archive.path(), Connection::Mode::write);
    const auto done = tool.run(
        "DROP TABLE stay_events;"
        "CREATE TABLE readers(user TEXT NOT NULL, conversation INTEGER NOT NULL, first INTEGER NOT NULL,"
        " last INTEGER NOT NULL, PRIMARY KEY(user, conversation, first)) WITHOUT ROWID;"
        "INSERT INTO readers SELECT 'alice', id, 1, 0 FROM conversations;"
        "INSERT INTO readers SELECT 'bobby', id, 1, 0 FROM conversations WHERE name = 'u:alice:bobby';"
        "INSERT INTO readers SELECT 'bobby', id, 1, 3 FROM conversations WHERE name = 'g:birds';"
        "INSERT INTO readers SELECT 'bobby', id, 5, 0 FROM conversations WHERE name = 'g:birds';"
        "INSERT INTO readers SELECT 'carol', id, 1, 4 FROM conversations WHERE name = 'g:birds';"
        "PRAGMA user_version = 2");
    REQUIRE_MESSAGE(done.has_value(), done.error().detail);
  }
  for (int round = 0; round < 2; ++round) {
    archive.reopen();
    const auto ranges = [&](const UserKey& user) { return *sync_wait(archive->ranges(kGroup, user)); };
    CHECK(ranges(kAlice).contains(99));
    CHECK(ranges(kBob).contains(3));
    CHECK_FALSE(ranges(kBob).contains(4));
    CHECK(ranges(kBob).contains(5));
    CHECK(ranges(kCarol).contains(4));
    CHECK_FALSE(ranges(kCarol).contains(5));
    CHECK(found(*archive, query(kBob, "wind")) == Texts{"wind between two", "wind one"});
    CHECK(found(*archive, query(kCarol, "wind")) == Texts{"wind two", "wind one"});
    archive.close();
  }
  CHECK(check_archive(archive.path())->empty());
}

}  // namespace godwit::engine::sqlite
