#include "engine/rocksdb/committer.hpp"

#include <doctest/doctest.h>

#include <deque>
#include <thread>

#include "engine/rocksdb/test_bed.hpp"

namespace godwit::rocks {
namespace {

struct Bed {
  explicit Bed(Settings settings)
      : store(*Store::open(directory.path() / "messages", settings, clock, silence.log())),
        committer(*store, settings, silence.log(), metrics) {}
  testing::Directory directory;
  testing::Silence silence;
  ManualClock clock;
  Metrics metrics;
  std::unique_ptr<Store> store;
  Committer committer;
};

class Noted final : public WriteJob {
 public:
  Noted(std::vector<std::string>& notes, std::string name, std::size_t size = 10, Share share = Share::whole)
      : WriteJob(size, false, share), notes_(notes), name_(std::move(name)) {}
  Result<void> stage(::rocksdb::WriteBatch&) override {
    notes_.push_back("stage " + name_);
    return name_ == "bad" ? Result<void>(fail(Code::not_found)) : Result<void>();
  }
  void finish(Result<void> written) override { notes_.push_back((written ? "done " : "failed ") + name_); }

 private:
  std::vector<std::string>& notes_;
  std::string name_;
};

TEST_CASE("committer: what waits is one batch, answered in order, and an error is its own") {
  Bed bed({});
  std::vector<std::string> notes;
  Noted a(notes, "a"), bad(notes, "bad"), c(notes, "c");
  for (auto* job : {&a, &bad, &c}) REQUIRE(bed.committer.submit(*job));
  bed.committer.start();
  bed.committer.stop();
  CHECK(notes == std::vector<std::string>{"stage a", "stage bad", "stage c", "done a", "failed bad", "done c"});
  CHECK_FALSE(bed.committer.submit(a));  // stopped
}

TEST_CASE("committer: a batch has a bound in jobs and in bytes") {
  Bed bed({.batch_jobs = 2, .batch_bytes = 100});
  std::vector<std::string> notes;
  Noted a(notes, "a"), b(notes, "b"), c(notes, "c", 90), big(notes, "big", 500);
  for (auto* job : {&a, &b, &c, &big}) REQUIRE(bed.committer.submit(*job));
  bed.committer.start();
  bed.committer.stop();
  CHECK(notes == std::vector<std::string>{"stage a", "stage b", "done a", "done b", "stage c", "done c", "stage big",
                                          "done big"});
}

TEST_CASE("committer: a full queue refuses at once") {
  std::vector<std::string> notes;
  SUBCASE("of too many") {
    Bed bed({.waiting_jobs = 2});
    Noted a(notes, "a"), b(notes, "b"), c(notes, "c");
    CHECK(bed.committer.submit(a));
    CHECK(bed.committer.submit(b));
    CHECK_FALSE(bed.committer.submit(c));
    const auto applied = sync_wait(bed.committer.apply({{.key = "k", .value = "v"}}, true, 0));
    REQUIRE_FALSE(applied);
    CHECK(applied.error().code == Code::unavailable);
    bed.committer.start();
    bed.committer.stop();
  }
  SUBCASE("of too much; but one alone may be as large as it likes") {
    Bed bed({.waiting_bytes = 100});
    Noted big(notes, "big", 500), b(notes, "b");
    CHECK(bed.committer.submit(big));
    CHECK_FALSE(bed.committer.submit(b));
    bed.committer.start();
    bed.committer.stop();
  }
  CHECK(notes.back().starts_with("done"));
}

TEST_CASE("committer: what may be repeated fills an eighth of the queue") {
  Bed bed({.waiting_jobs = 16});
  std::vector<std::string> notes;
  Noted a(notes, "a", 10, Share::eighth), b(notes, "b", 10, Share::eighth), c(notes, "c", 10, Share::eighth);
  CHECK(bed.committer.submit(a));
  CHECK(bed.committer.submit(b));
  CHECK_FALSE(bed.committer.submit(c));
  std::deque<Noted> sends;
  for (int i = 0; i < 14; ++i) CHECK(bed.committer.submit(sends.emplace_back(notes, "send")));
  CHECK_FALSE(bed.committer.submit(sends.emplace_back(notes, "send")));
  bed.committer.start();
  while (!bed.committer.submit(c)) std::this_thread::yield();  // what was written makes room
  bed.committer.stop();
  CHECK(notes.back() == "done c");
}

TEST_CASE("committer: changes are written whole") {
  Bed bed({});
  bed.committer.start();
  std::vector<Change> three{{.key = "a", .value = "1"}, {.key = "b", .value = "2"}, {.key = "c", .value = "3"}};
  REQUIRE(sync_wait(bed.committer.apply(std::move(three), true, 0)));
  CHECK_FALSE(sync_wait(bed.committer.apply({{.key = "d", .value = "4"}}, true, 1)));  // of another generation
  REQUIRE(sync_wait(bed.committer.apply(
      {{Change::Kind::remove, Family::meta, "a", ""}, {Change::Kind::remove_range, Family::meta, "c", "d"}}, false,
      0)));
  ::rocksdb::PinnableSlice value;
  CHECK_FALSE(*bed.store->get(Family::meta, "a", value));
  CHECK(*bed.store->get(Family::meta, "b", value));
  CHECK(value == "2");
  CHECK_FALSE(*bed.store->get(Family::meta, "c", value));
}

}  // namespace
}  // namespace godwit::rocks
