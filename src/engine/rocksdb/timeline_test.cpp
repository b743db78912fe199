#include "engine/rocksdb/timeline.hpp"

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

TEST_CASE("rocksdb: a long answer is cut at about 1 MiB, and the rest can be asked for") {
  testing::Opened opened;
  std::vector<MessagePtr> batch;
  for (Seq seq = 1; seq <= 300; ++seq) {
    auto message = offline::suite::message(seq);
    message.text.assign(8192, 'x');
    batch.push_back(std::make_shared<const Message>(std::move(message)));
  }
  REQUIRE(sync_wait(opened->timeline().put(batch)));
  const offline::Span span{.conversation = offline::suite::direct, .limit = 1000};
  const auto slices = sync_wait(opened->timeline().read({span, span}));
  REQUIRE(slices.has_value());
  CHECK(slices->at(0).more);
  CHECK(slices->at(0).items.size() > 100);
  CHECK(slices->at(0).items.size() < 150);
  CHECK(slices->at(1).items.empty());
  CHECK(slices->at(1).more);
}

}  // namespace
}  // namespace godwit::rocks
