#include <doctest/doctest.h>
#include <sys/resource.h>

#include <atomic>
#include <csignal>
#include <fstream>
#include <thread>

#include "archive/archive_store_suite.hpp"
#include "engine/sqlite/archive_scratch.hpp"

namespace godwit::engine::sqlite {
namespace {

using namespace archive::suite;

std::vector<MessagePtr> many(Author& author, std::size_t count, std::string_view text) {
  std::vector<MessagePtr> batch;
  for (std::size_t i = 0; i < count; ++i)
    batch.push_back(author.says(i % 2 == 0 ? kTwo : kOther, "alice", std::string(text) + " " + std::to_string(i)));
  return batch;
}

/// Whether the file and its log hold these bytes anywhere.
bool file_holds(const std::string& path, std::string_view bytes) {
  std::ifstream file(path, std::ios::binary);
  const std::string all((std::istreambuf_iterator<char>(file)), {});
  return all.find(bytes) != std::string::npos;
}

/// For its lifetime no file may grow beyond `bytes`: what a full disk looks like to a writer.
class SmallDisk {
 public:
  explicit SmallDisk(rlim_t bytes) {
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit small{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &small);
  }
  ~SmallDisk() { setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

}  // namespace

TEST_CASE("what was put is there after a restart, and goes on") {
  ScratchArchive archive;
  Author author;
  auto batch = many(author, 100, "swift");
  put(*archive, batch);
  archive.reopen();
  put(*archive, batch);
  put(*archive, many(author, 20, "swift later"));
  auto q = query(kAlice, "swift");
  q.limit = 200;
  CHECK(found(*archive, q).size() == 120);
  CHECK(page(*archive, kTwo, {.limit = 200}).size() == 60);
}

TEST_CASE("places that were settled and places that are recent make one page") {
  ScratchArchive archive;
  Author author;
  for (int i = 0; i < 9; ++i) put(*archive, many(author, 4000, "x"));
  CHECK(page(*archive, kTwo, {.after = 16'000, .limit = 20'000}).size() == 2000);
  CHECK(page(*archive, kTwo, {.after = 15'990, .before = 16'011, .limit = 200}).size() == 20);
  CHECK(page(*archive, kTwo, {.before = 17'000, .limit = 2, .newest = true}) == Seqs{16'998, 16'999});
  CHECK(page(*archive, kTwo, {.limit = 1, .newest = true}) == Seqs{18'000});
  CHECK(*sync_wait(archive->count_chat(kTwo, kBob, 0, ~Seq{0})) == 18'000);
  archive.close();
  CHECK(check_archive(archive.path())->empty());
}

TEST_CASE("another message with a seq that is taken is left out, and said") {
  ScratchArchive archive;
  Author author, stranger;
  put(*archive, many(author, 4, "first"));
  put(*archive, many(stranger, 2, "second"));
  CHECK(found(*archive, query(kAlice, "second")).empty());
  CHECK(found(*archive, query(kAlice, "first")).size() == 4);
  archive.reopen();
  put(*archive, many(stranger, 2, "third"));
  CHECK(page(*archive, kTwo, {}) == Seqs{1, 2});
  CHECK(found(*archive, query(kAlice, "third")).empty());
}

TEST_CASE("a message whose number cannot be is left out, and the rest of its batch stored") {
  ScratchArchive archive;
  Author author;
  auto batch = many(author, 4, "good");
  for (const Seq seq : {Seq{0}, Seq{1} << 32U}) {
    auto message = author.next(kTwo, Type::direct, "alice", "bad");
    message.seq = seq;
    batch.push_back(std::make_shared<const Message>(std::move(message)));
  }
  put(*archive, batch);
  CHECK(found(*archive, query(kAlice, "good")).size() == 4);
  CHECK(found(*archive, query(kAlice, "bad")).empty());
}

TEST_CASE("a clock that goes back or stands still loses nothing") {
  ScratchArchive archive;
  Author author;
  std::vector<MessagePtr> batch;
  for (int i = 0; i < 300; ++i) {
    auto message = author.next(kTwo, Type::direct, "alice", "tick " + std::to_string(i));
    message.time = i < 150 ? 2'000'000 : 1'999'999;
    batch.push_back(std::make_shared<const Message>(std::move(message)));
  }
  put(*archive, batch);
  auto q = query(kAlice, "tick");
  q.limit = 500;
  const auto texts = found(*archive, q);
  REQUIRE(texts.size() == 300);
  CHECK(texts.front() == "tick 149");
  CHECK(texts.back() == "tick 150");
}

TEST_CASE("a recalled text is nowhere in the file") {
  ScratchArchive archive;
  Author author;
  const std::string secret = "Confidential sentence, long " + std::string(7000, '-') + " and its unmistakable end";
  const auto message = author.says(kTwo, "alice", secret);
  put(*archive, many(author, 50, "around"));
  put(*archive, {message});
  put(*archive, {author.recalls(*message)});
  archive.close();
  CHECK_FALSE(file_holds(archive.path(), "Confidential sentence"));
  CHECK_FALSE(file_holds(archive.path(), "unmistakable end"));
  CHECK_FALSE(file_holds(archive.path() + "-wal", "Confidential sentence"));

  // The index lists its terms by what is alive; a recalled message's are not.
  auto writer = open_archive_writer(archive.path());
  REQUIRE(writer.has_value());
  REQUIRE(writer->run("CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, texts, row)").has_value());
  CHECK(*writer->number("SELECT count(*) FROM temp.terms WHERE term = 'around'") == 1);
  CHECK(*writer->number("SELECT count(*) FROM temp.terms WHERE term IN ('confidential', 'unmistakable')") == 0);
}

TEST_CASE("a full disk refuses the batch whole, and the archive goes on when there is room") {
  ScratchArchive archive;
  Author author;
  put(*archive, many(author, 10, "before"));
  const auto batch = many(author, 2000, std::string(2000, 'y'));
  {
    const SmallDisk disk(1'000'000);
    CHECK(sync_wait(archive->put(batch)).error().code == Code::unavailable);
    CHECK(archive->ready().error().code == Code::unavailable);
    CHECK(page(*archive, kTwo, {.limit = 200}).size() == 5);
    CHECK(found(*archive, query(kAlice, "before")).size() == 10);
  }
  put(*archive, batch);
  CHECK(archive->ready().has_value());
  CHECK(page(*archive, kTwo, {.limit = 5000}).size() == 1005);
  archive.close();
  CHECK(check_archive(archive.path())->empty());
}

TEST_CASE("damage is named, never read over") {
  ScratchArchive archive;
  Author author;
  put(*archive, many(author, 3000, "an undamaged text of some length, so that there are pages"));
  archive.close();
  std::fstream file(archive.path(), std::ios::in | std::ios::out | std::ios::binary);
  const std::string all((std::istreambuf_iterator<char>(file)), {});
  const auto text = all.find("so that there are pages 1500");
  REQUIRE(text != std::string::npos);
  SUBCASE("of a message") {
    file.seekp(static_cast<std::streamoff>(text));
    file << "SO THAT";
  }
  SUBCASE("of a page") {
    file.seekp(static_cast<std::streamoff>(text / 4096 * 4096));
    file << std::string(100, '\x5A');
  }
  file.close();
  CHECK_FALSE(check_archive(archive.path())->empty());
  archive.reopen();
  // What is damaged is left out and counted, what stands beside it is read.
  const auto messages = page(*archive, kTwo, {.limit = 5000});
  CHECK(messages.size() < 1500);
  CHECK(messages.size() > 1450);
  CHECK(archive->damaged() > 0);
  CHECK(archive->damaged() == 1500 - messages.size());
  CHECK(page(*archive, kTwo, {.limit = 10}).size() == 10);
}

TEST_CASE("what is no archive is not opened") {
  ScratchArchive archive;
  archive.close();
  std::ofstream(archive.path(), std::ios::trunc) << std::string(8192, 'x');
  Log log(-1);
  CHECK(SqliteArchive::open({.path = archive.path()}, log).error().code == Code::unavailable);
  CHECK(SqliteArchive::open({.path = "/no/such/folder/archive.db"}, log).error().code == Code::unavailable);
}

TEST_CASE("a backup holds one moment, while messages keep coming") {
  ScratchArchive archive;
  Author author;
  put(*archive,
      many(author, 3000, "goose of some length, so that there are many pages to be copied one after the other"));
  const auto target = archive.path() + ".backup";
  std::size_t steps = 0;
  const auto meanwhile = [&] {
    put(*archive, many(author, 10, "meanwhile"));
    return ++steps > 1000;
  };
  REQUIRE(backup_archive(archive.path(), target, meanwhile).has_value());
  CHECK(steps > 0);
  CHECK(check_archive(target)->empty());
  Log log(-1);
  auto copy = SqliteArchive::open({.path = target}, log);
  REQUIRE(copy.has_value());
  CHECK(page(**copy, kTwo, {.limit = 5000}).size() == 1500);
  CHECK(found(**copy, query(kAlice, "meanwhile")).empty());
  CHECK(backup_archive(archive.path(), target + "2", [] { return true; }).error().code == Code::unavailable);
}

TEST_CASE("more reads than may wait are refused at once, and all others answered while a writer writes") {
  ScratchArchive archive;
  Author author;
  put(*archive, many(author, 200, "goose"));
  std::atomic<int> wrong = 0, done = 0;
  std::jthread writer([&](const std::stop_token& stop) {
    Author other = author;
    while (!stop.stop_requested()) {
      if (!sync_wait(archive->put(many(other, 50, "goose")))) ++wrong;
    }
  });
  std::vector<std::jthread> readers;
  for (int i = 0; i < 4; ++i) {
    readers.emplace_back([&] {
      for (int k = 0; k < 50; ++k, ++done) {
        const auto hits = sync_wait(archive->search(query(kAlice, "goose")));
        if (!hits || hits->items.size() != 50) ++wrong;
        const auto newest = sync_wait(archive->page(kTwo, {.limit = 50, .newest = true}));
        if (!newest || newest->size() != 50 || newest->back()->seq - newest->front()->seq != 49) ++wrong;
      }
    });
  }
  readers.clear();
  CHECK(wrong == 0);
  CHECK(done == 200);
}

}  // namespace godwit::engine::sqlite
