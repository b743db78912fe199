#include <doctest/doctest.h>

#include "dispatch/bus_suite.hpp"
#include "engine/rocksdb/keys.hpp"
#include "engine/rocksdb/test_bed.hpp"

namespace godwit::rocks {
namespace {

using dispatch::Topic;
using dispatch::suite::draft;

/// Spoils the value of a key of a store at rest.
void spoil(testing::Opened& opened, Family family, const std::string& key, bool remove = false) {
  opened.close();
  {
    const auto store = Store::open(opened.path(), Settings{}, opened.clock, opened.log());
    REQUIRE(store);
    ::rocksdb::PinnableSlice value;
    REQUIRE((*store)->get(family, key, value).value());
    auto bent = value.ToString();
    value.Reset();
    bent.back() = static_cast<char>(bent.back() ^ 1);
    bent.resize(bent.size() / 2);
    auto* const handle = (*store)->family(family);
    REQUIRE((remove ? (*store)->db().Delete({}, handle, key) : (*store)->db().Put({}, handle, key, bent)).ok());
  }
  opened.open();
}

void send(testing::Opened& opened, int from, int to) {
  for (int i = from; i < to; ++i)
    REQUIRE(sync_wait(opened->ledger().append(draft(std::to_string(i), std::to_string(i)))));
}

}  // namespace

TEST_CASE("rocksdb: a damaged record of the log stops neither consumer") {
  testing::Opened opened;
  send(opened, 0, 6);
  bool remove = false;
  SUBCASE("that does not decode") {}
  SUBCASE("that is missing") { remove = true; }
  spoil(opened, Family::log, be8(2), remove);
  dispatch::suite::Collector store, offline;
  opened->bus().consume(Topic::store, store.handler());
  opened->bus().consume(Topic::offline, offline.handler());
  opened->bus().start();
  REQUIRE(sync_wait(opened->bus().settled(Topic::store)));
  REQUIRE(sync_wait(opened->bus().settled(Topic::offline)));
  CHECK(store.seen() == std::vector<std::string>{"0", "1", "3", "4", "5"});
  CHECK(offline.seen() == store.seen());
  const auto letters = sync_wait(opened->dead_letters().list(std::nullopt, 10)).value();
  REQUIRE(letters.size() == 2);  // one for each consumer
  CHECK(letters[0].place == dispatch::DeadLetter::Place{Topic::store, 2});
  CHECK(letters[1].place == dispatch::DeadLetter::Place{Topic::offline, 2});
  CHECK(letters[0].record.empty() == remove);
  CHECK(sync_wait(opened->dead_letters().replay(letters[0].place)).error().code == Code::bad_parameter);
  send(opened, 6, 8);
  REQUIRE(sync_wait(opened->bus().settled(Topic::store)));
  CHECK(store.seen().size() == 7);
  opened->bus().stop();
}

TEST_CASE("rocksdb: a damaged entry, head or row of the inbox does not take the others with it") {
  testing::Opened opened;
  const auto conversation = draft("x").message.conversation;
  const auto put = [&](int from, int to) {
    std::vector<MessagePtr> batch;
    for (int i = from; i < to; ++i) {
      auto message = draft(std::to_string(i)).message;
      message.seq = static_cast<Seq>(i);
      message.time = 1000 * i;
      batch.push_back(std::make_shared<const Message>(std::move(message)));
    }
    return sync_wait(opened->timeline().put(batch));
  };
  const auto read = [&](bool newest) {
    const offline::Span span{.conversation = conversation, .since = newest ? 0 : 500, .limit = 100, .newest = newest};
    return sync_wait(opened->timeline().read({span})).value().at(0);
  };
  REQUIRE(put(1, 6));
  SUBCASE("an entry") {
    spoil(opened, Family::entries, entry_key(conversation.name(), 3));
    for (const bool newest : {true, false}) {
      CHECK(read(newest).items.size() == 4);
      CHECK(read(newest).older);  // the pull says complete:false
    }
    REQUIRE(put(3, 4));  // redelivered, it is whole again
    CHECK(read(false).items.size() == 5);
  }
  SUBCASE("the head") {
    spoil(opened, Family::conversations, conversation_key(conversation.name(), kTimelineHead));
    REQUIRE(put(6, 7));
    CHECK(read(false).items.size() == 6);
    CHECK(sync_wait(opened->timeline().head(conversation))->seq == 6);
  }
  SUBCASE("a recalled entry") {
    spoil(opened, Family::entries, entry_key(conversation.name(), 3));
    auto recall = draft("r", "").message;
    recall.type = Type::recalled;
    recall.seq = 6;
    recall.time = 6000;
    recall.target_seq = 3;
    const std::vector<MessagePtr> batch{std::make_shared<const Message>(std::move(recall))};
    REQUIRE(sync_wait(opened->timeline().put(batch)));
    CHECK(read(false).items.size() == 5);
  }
}

}  // namespace godwit::rocks
