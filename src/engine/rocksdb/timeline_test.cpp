#include "engine/rocksdb/timeline.hpp"

#include <fstream>

#include "engine/rocksdb/test_bed.hpp"
#include "offline/cursor_store_suite.hpp"
#include "offline/timeline_suite.hpp"

namespace godwit::rocks {
namespace {

class InboxBed final : public offline::suite::Bed {
 public:
  explicit InboxBed(Settings settings) : opened_(settings) {}
  offline::Timeline& timeline() override { return opened_->timeline(); }
  offline::CursorStore& cursors() override { return opened_->cursors(); }
  ManualClock& clock() override { return opened_.clock; }
  void restart() override { opened_.open(); }

 private:
  testing::Opened opened_;
};

offline::suite::MakeBed bed(Settings settings = {}) {
  return [settings] { return std::make_unique<InboxBed>(settings); };
}

TEST_CASE("rocksdb: the timeline") { offline::suite::timeline_suite(bed()); }

TEST_CASE("rocksdb: the timeline, with no room in its cache") {
  offline::suite::timeline_suite(bed({.cached_heads = 1}));
}

TEST_CASE("rocksdb: the cursor store") { offline::suite::cursor_store_suite(bed()); }

TEST_CASE("rocksdb: a copy that is opened is another life, and so is a store whose life has no name that can be read") {
  testing::Opened opened;
  const testing::Directory elsewhere;
  const auto life = [](Database& database) { return *sync_wait(database.timeline().epoch()); };
  const auto epoch = life(*opened);
  CHECK(epoch.size() == 16);
  const auto copy = elsewhere.path() / "messages";
  REQUIRE(opened->backup(copy));
  CHECK_FALSE(std::filesystem::exists(copy / "EPOCH"));
  Metrics metrics;
  {
    const auto restored = *Database::open(copy, {}, opened.clock, opened.log(), metrics);
    CHECK(life(*restored) != epoch);
  }
  opened.open();
  CHECK(life(*opened) == epoch);
  for (const auto* damaged : {"", "0123456789abcde", "0123456789ABCDEF\n"}) {
    opened.close();
    std::ofstream(opened.path() / "EPOCH", std::ios::trunc) << damaged;
    opened.open();
    const auto next = life(*opened);
    CHECK(next.size() == 16);
    CHECK(next != damaged);
    opened.open();
    CHECK(life(*opened) == next);
  }
}

}  // namespace
}  // namespace godwit::rocks
