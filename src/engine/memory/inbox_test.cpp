#include "engine/memory/inbox.hpp"

#include "offline/cursor_store_suite.hpp"
#include "offline/timeline_suite.hpp"

namespace godwit::engine::memory {
namespace {

class InboxBed final : public offline::suite::Bed {
 public:
  offline::Timeline& timeline() override { return *inbox_; }
  offline::CursorStore& cursors() override { return *inbox_; }
  ManualClock& clock() override { return clock_; }
  void restart() override { inbox_ = std::make_unique<MemoryInbox>(disk_); }

 private:
  ManualClock clock_;
  MessagesDisk disk_;
  std::unique_ptr<MemoryInbox> inbox_ = std::make_unique<MemoryInbox>(disk_);
};

std::unique_ptr<offline::suite::Bed> make_bed() { return std::make_unique<InboxBed>(); }

}  // namespace

TEST_CASE("memory: the timeline") { offline::suite::timeline_suite(make_bed); }

TEST_CASE("memory: the cursor store") { offline::suite::cursor_store_suite(make_bed); }

TEST_CASE("memory: a power cut takes acknowledgements since the last sync, and no read position") {
  using namespace offline::suite;
  MessagesDisk disk;
  MemoryInbox inbox(disk);
  const MessagePtr first = std::make_shared<const Message>(message(1)),
                   second = std::make_shared<const Message>(message(2));
  const auto acknowledge = [&](Seq seq) {
    std::vector<offline::Acknowledged> one;
    one.push_back({.user = ann, .device = phone, .positions = {{direct, seq}}});
    REQUIRE(sync_wait(inbox.advance(std::move(one))));
  };
  const auto row = [&] { return must(sync_wait(inbox.rows(ann, phone))).rows.at(0); };
  REQUIRE(sync_wait(inbox.put(std::span(&first, 1))));
  acknowledge(1);
  REQUIRE(sync_wait(inbox.set_read(ann, direct, 1)));
  REQUIRE(sync_wait(inbox.put(std::span(&second, 1))));
  acknowledge(2);
  CHECK(row().cursor == 2);
  CHECK(row().head.seq == 2);
  disk.lose_unsynced();
  CHECK(row().cursor == 1);
  CHECK(row().head.seq == 1);
  CHECK(row().read == 1);
}

TEST_CASE("memory: a power cut leaves a new device its place") {
  using namespace offline::suite;
  MessagesDisk disk;
  MemoryInbox inbox(disk);
  REQUIRE(sync_wait(inbox.adopt_device(ann, phone)));
  disk.lose_unsynced();
  CHECK(must(sync_wait(inbox.knows_device(ann, phone))));
}

}  // namespace godwit::engine::memory
