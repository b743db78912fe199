#include "engine/rocksdb/store_reader.hpp"

#include "engine/rocksdb/keys.hpp"
#include "engine/rocksdb/test_bed.hpp"
#include "offline/timeline_suite.hpp"

namespace godwit::rocks {
namespace {

using offline::suite::ann;
using offline::suite::bob;
using offline::suite::direct;

const DeviceId phone("phone"), laptop("lap\x01top");

std::unique_ptr<StoreReader> read(testing::Opened& opened) {
  opened.close();
  auto reader = StoreReader::open(opened.path(), opened.clock, opened.log());
  REQUIRE_MESSAGE(reader.has_value(), reader.error().detail);
  return std::move(*reader);
}

void put(testing::Opened& opened, std::vector<Message> messages) {
  std::vector<MessagePtr> batch;
  for (auto& message : messages) batch.push_back(std::make_shared<const Message>(std::move(message)));
  REQUIRE(sync_wait(opened->timeline().put(batch)));
}

std::string text_of(const StoreReader::Position& position) {
  return position.user.str() + "/" + position.device.str() + "/" + position.conversation.name() + "=" +
         std::to_string(position.seq);
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("rocksdb: a store at rest is read: heads, sends") {
  testing::Opened opened;
  const auto now = opened.clock.now();
  auto message = offline::suite::message(0);
  message.id = MessageId("the id");
  const auto published =
      sync_wait(opened->ledger().append({.message = message, .once = "m/ann/c1", .fingerprint = "0123456789abcdef"}));
  REQUIRE(published.has_value());
  const auto reader = read(opened);
  Lines heads;
  REQUIRE(reader->heads([&](const Conversation& conversation, dispatch::Head head) -> Result<void> {
    heads.push_back(conversation.name() + "=" + std::to_string(head.seq) + "@" + std::to_string(head.time));
    return {};
  }));
  CHECK(heads == Lines{direct.name() + "=1@" + std::to_string(now)});
  std::vector<dispatch::Sent> sent;
  REQUIRE(reader->sent([&](dispatch::Sent one) -> Result<void> {
    sent.push_back(std::move(one));
    return {};
  }));
  REQUIRE(sent.size() == 1);
  CHECK(sent[0].once == "m/ann/c1");
  CHECK(sent[0].fingerprint == "0123456789abcdef");
  CHECK(sent[0].id == published->id);
  CHECK(sent[0].seq == 1);
  CHECK(sent[0].time == now);
}

TEST_CASE("rocksdb: a store at rest is read: entries without what was recalled, joins and leaves") {
  testing::Opened opened;
  put(opened, {offline::suite::message(1), offline::suite::message(2), offline::suite::message(4)});
  auto recall = offline::suite::message(3);
  recall.type = Type::recalled;
  recall.target_seq = 2;
  auto early = offline::suite::message(5);  // of a message that has not come yet
  early.type = Type::recalled;
  early.target_seq = 6;
  put(opened, {recall, early});
  const auto group = Conversation::of_group(GroupKey("birds"));
  auto joins = offline::suite::message(1, 1000, group), leaves = offline::suite::message(2, 2000, group);
  joins.type = leaves.type = Type::group_changed;
  joins.joined = {ann, bob};
  leaves.left = {bob};
  put(opened, {joins, leaves});

  const auto reader = read(opened);
  Lines entries, stays;
  REQUIRE(reader->entries([&](const MessagePtr& message) -> Result<void> {
    entries.push_back(message->conversation.name() + "/" + std::to_string(message->seq) +
                      (message->recalled ? " recalled" : ""));
    return {};
  }));
  const auto& two = direct.name();
  CHECK(entries ==
        Lines{"g:birds/1", "g:birds/2", two + "/1", two + "/2 recalled", two + "/3", two + "/4", two + "/5"});
  REQUIRE(reader->stays([&](const dispatch::Stay& stay) -> Result<void> {
    stays.push_back(stay.user.str() + " " + stay.conversation.name() + " " + std::to_string(stay.event.place) + "@" +
                    std::to_string(stay.event.time));
    return {};
  }));
  CHECK(stays == Lines{ann.str() + " g:birds 2@0", ann.str() + " " + two + " 2@0", bob.str() + " g:birds 2@0",
                       bob.str() + " g:birds 5@2000", bob.str() + " " + two + " 2@0"});
}

TEST_CASE("rocksdb: a store at rest is read: devices, cursors and how far the furthest got, read positions") {
  testing::Opened opened;
  const auto now = std::to_string(opened.clock.now());
  put(opened, {offline::suite::message(1), offline::suite::message(2), offline::suite::message(3)});
  auto& cursors = opened->cursors();
  REQUIRE(sync_wait(cursors.adopt_device(ann, phone)));
  REQUIRE(sync_wait(cursors.advance({{.user = ann, .device = phone, .positions = {{direct, 2}}}})));
  REQUIRE(sync_wait(cursors.adopt_device(ann, laptop)));
  REQUIRE(sync_wait(cursors.advance({{.user = ann, .device = phone, .positions = {{direct, 3}}}})));
  REQUIRE(sync_wait(cursors.set_read(bob, direct, 1)));

  const auto reader = read(opened);
  Lines devices, positions, read_positions;
  REQUIRE(reader->devices([&](const UserKey& user, const DeviceId& device, Millis adopted) -> Result<void> {
    devices.push_back(user.str() + "/" + device.str() + "@" + std::to_string(adopted));
    return {};
  }));
  CHECK(devices == Lines{ann.str() + "/" + laptop.str() + "@" + now, ann.str() + "/phone@" + now});
  REQUIRE(reader->cursors([&](const StoreReader::Position& position) -> Result<void> {
    positions.push_back(text_of(position));
    return {};
  }));
  CHECK(positions == Lines{ann.str() + "//" + direct.name() + "=3", ann.str() + "/phone/" + direct.name() + "=3",
                           ann.str() + "/" + laptop.str() + "/" + direct.name() + "=2"});
  REQUIRE(reader->read_positions([&](const StoreReader::Position& position) -> Result<void> {
    read_positions.push_back(text_of(position));
    return {};
  }));
  CHECK(read_positions == Lines{bob.str() + "//" + direct.name() + "=1"});
}

TEST_CASE("rocksdb: what is damaged in a store at rest is named, and the sink's error ends a walk") {
  testing::Opened opened;
  put(opened, {offline::suite::message(1), offline::suite::message(2)});
  opened.close();
  {
    const auto store = *Store::open(opened.path(), Settings(), opened.clock, opened.log());
    REQUIRE(store->db()
                .Put(::rocksdb::WriteOptions(), store->family(Family::entries), entry_key(direct.name(), 2), "short")
                .ok());
  }
  const auto reader = read(opened);
  int seen = 0;
  const auto count = [&seen](const MessagePtr&) -> Result<void> {
    ++seen;
    return {};
  };
  const auto damaged = reader->entries(count);
  REQUIRE_FALSE(damaged.has_value());
  CHECK(damaged.error().detail.contains(direct.name()));
  CHECK(seen == 1);
  const auto ended = reader->entries([](const MessagePtr&) -> Result<void> { return fail(Code::internal, "enough"); });
  CHECK((!ended && ended.error().detail == "enough"));
}

}  // namespace godwit::rocks
