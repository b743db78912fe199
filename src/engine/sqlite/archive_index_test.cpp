#include "engine/sqlite/archive_index.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <thread>

#include "archive/archive_store_suite.hpp"
#include "domain/folding.hpp"
#include "engine/sqlite/archive_scratch.hpp"
#include "engine/sqlite/archive_tokenizer.hpp"

namespace godwit::engine::sqlite {
namespace {

using namespace archive::suite;

/// To the file of a closed archive.
class Tool {
 public:
  explicit Tool(const std::string& path) : connection_(*Connection::open(path, Connection::Mode::write)) {
    REQUIRE(register_tokenizer(connection_.raw()).has_value());
  }
  void run(const std::string& sql) {
    const auto done = connection_.run(sql);
    REQUIRE_MESSAGE(done.has_value(), done.error().detail);
  }
  std::int64_t number(const std::string& sql) { return *connection_.number(sql); }

 private:
  Connection connection_;
};

/// The file as version 1 wrote it: no state of the index, and terms in it that no fold of today makes.
void make_old(const std::string& path) {
  Tool tool(path);
  tool.run(
      "DROP TABLE search_index; DROP TABLE texts;"
      "CREATE VIRTUAL TABLE texts USING fts5(body, content='', columnsize=0, detail=none, tokenize='godwit');"
      "INSERT INTO texts(rowid, body) SELECT row, '@1' || char(10) || '~alice' || char(10) || 'oldterm' FROM messages;"
      "CREATE TABLE readers(user TEXT NOT NULL, conversation INTEGER NOT NULL, first INTEGER NOT NULL,"
      " last INTEGER NOT NULL, PRIMARY KEY(user, conversation, first)) WITHOUT ROWID;"
      "INSERT INTO readers SELECT user, conversation, place / 2, 0 FROM stay_events; DROP TABLE stay_events;"
      "PRAGMA user_version = 1");
}

std::vector<MessagePtr> spoken(Author& author, int count, std::string_view text) {
  std::vector<MessagePtr> batch;
  for (int i = 0; i < count; ++i)
    batch.push_back(author.says(i % 2 == 0 ? kTwo : kOther, "alice", std::string(text) + " n" + std::to_string(i)));
  return batch;
}

std::size_t all_found(SqliteArchive& archive, std::string_view text) {
  auto q = query(kAlice, std::string(text));
  q.limit = 200;
  std::size_t count = 0;
  do {
    const auto hits = search(archive, q);
    count += hits.items.size();
    q.position = hits.position;
  } while (!q.position.empty());
  return count;
}

void wait_until_whole(SqliteArchive& archive) {
  for (int i = 0; i < 3000 && archive.unindexed() > 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  REQUIRE(archive.unindexed() == 0);
}

}  // namespace

TEST_CASE("an index of another version is made anew while the archive is in use") {
  ScratchArchive archive;
  Author author;
  put(*archive, spoken(author, 3000, "ﾊﾟｿｺﾝ straße"));
  archive.close();
  make_old(archive.path());
  archive.reopen();
  // At once, whether or not the index has them yet; and what comes meanwhile, too.
  CHECK(all_found(*archive, "パソコン") == 3000);
  CHECK(all_found(*archive, "STRASSE n2999") == 1);
  put(*archive, spoken(author, 10, "ﾊﾟｿｺﾝ later"));
  CHECK(all_found(*archive, "パソコン") == 3010);
  CHECK(found(*archive, query(kAlice, "oldterm")).empty());
  wait_until_whole(*archive);
  CHECK(all_found(*archive, "パソコン") == 3010);
  CHECK(all_found(*archive, "later") == 10);
  archive.close();
  CHECK(check_archive(archive.path())->empty());
  Tool tool(archive.path());
  CHECK(tool.number("PRAGMA user_version") == 3);
  CHECK(tool.number("SELECT count(*) FROM search_index WHERE version = '" + folding_version() +
                    "' AND whole_from = 0") == 1);
  CHECK(tool.number("SELECT count(*) FROM texts WHERE texts MATCH '\"strasse\"'") == 3000);
  CHECK(tool.number("SELECT count(*) FROM texts WHERE texts MATCH '\"oldterm\"'") == 0);
  CHECK(tool.number("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'texts_before%'") == 0);
}

TEST_CASE("an index that is whole is left as it is") {
  ScratchArchive archive;
  Author author;
  put(*archive, spoken(author, 20, "swift"));
  archive.close();
  Tool(archive.path()).run("INSERT INTO texts(texts) VALUES('delete-all')");  // made anew it would be full
  archive.reopen();
  CHECK(archive->unindexed() == 0);
  CHECK(all_found(*archive, "swift") == 0);
}

TEST_CASE("an index is made anew where it lies, whatever state it is in") {
  ScratchArchive archive;
  Author author;
  put(*archive, spoken(author, 300, "swift"));
  archive.close();
  SUBCASE("as it is") {}
  SUBCASE("emptied") { Tool(archive.path()).run("INSERT INTO texts(texts) VALUES('delete-all')"); }
  SUBCASE("of another version, and half of it made anew") {
    make_old(archive.path());
    auto writer = *ArchiveWriter::open(archive.path());
    for (int i = 0; i < 3; ++i) REQUIRE(*writer.index_older(50));
  }
  std::vector<std::int64_t> left;
  const auto made = make_index_anew(archive.path(), [&](std::int64_t now) { left.push_back(now); });
  REQUIRE_MESSAGE(made.has_value(), made.error().detail);
  CHECK(*made == 300);
  CHECK((!left.empty() && left.back() == 0));
  CHECK(index_state_of(archive.path())->whole());
  CHECK(Tool(archive.path()).number("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'texts_before%'") == 0);
  CHECK(check_archive(archive.path())->empty());
  archive.reopen();
  CHECK(archive->unindexed() == 0);
  CHECK(all_found(*archive, "swift") == 300);
}

TEST_CASE("making an index goes on where it was killed, and every answer on the way is whole") {
  ScratchArchive archive;
  Author author;
  put(*archive, spoken(author, 500, "straße"));
  archive.close();
  make_old(archive.path());
  std::int64_t reached = 0, remaining = 0;
  for (int life = 0; life < 4; ++life) {
    auto writer = *ArchiveWriter::open(archive.path());
    if (life > 0) CHECK(writer.index().whole_from == reached);
    if (life > 0) CHECK(writer.index().remaining == remaining);
    REQUIRE(writer.index_counted(500).has_value());
    while (Tool(archive.path()).number("SELECT count(*) FROM sqlite_schema WHERE name = 'texts_before'") > 0)
      REQUIRE(*writer.index_older(100));
    const auto before = writer.index().remaining;
    REQUIRE(*writer.index_older(100));
    reached = writer.index().whole_from, remaining = writer.index().remaining;
    CHECK(remaining == before - 100);
    CHECK(index_state_of(archive.path())->remaining == remaining);
    auto reader = *ArchiveReader::open(archive.path());
    auto q = query(kAlice, "STRASSE");
    q.limit = 1000;
    CHECK(reader.search(q)->items.size() == 500);
    q.text = "n7";
    CHECK(reader.search(q)->items.size() == 1);
  }
  archive.reopen();
  wait_until_whole(*archive);
  archive.close();
  CHECK(Tool(archive.path()).number("SELECT count(*) FROM texts WHERE texts MATCH '\"strasse\"'") == 500);
}

TEST_CASE("a recall while the index is made takes its text out of either part") {
  ScratchArchive archive;
  Author author;
  const auto batch = spoken(author, 400, "straße");
  put(*archive, batch);
  archive.close();
  make_old(archive.path());
  {
    auto writer = *ArchiveWriter::open(archive.path());
    while (writer.index().whole_from > (batch[200]->time << Row::kBits)) REQUIRE(*writer.index_older(50));
    const std::vector<MessagePtr> recalls{author.recalls(*batch[399]), author.recalls(*batch[0])};
    REQUIRE(writer.put(recalls).has_value());
  }
  archive.reopen();
  wait_until_whole(*archive);
  CHECK(all_found(*archive, "strasse") == 398);
  archive.close();
  Tool tool(archive.path());
  CHECK(tool.number("SELECT count(*) FROM texts WHERE texts MATCH '\"strasse\"'") == 398);
  CHECK(check_archive(archive.path())->empty());
}

}  // namespace godwit::engine::sqlite
