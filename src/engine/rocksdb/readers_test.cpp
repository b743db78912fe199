#include "engine/rocksdb/readers.hpp"

#include <doctest/doctest.h>

#include "engine/rocksdb/keys.hpp"
#include "engine/rocksdb/test_bed.hpp"
#include "engine/rocksdb/values.hpp"
#include "offline/timeline_suite.hpp"

namespace godwit::rocks {
namespace {

using offline::suite::ann;
using offline::suite::bob;
using offline::suite::cas;
using offline::suite::group;

/// A row as version 1 wrote it.
std::string old_row(Millis left_at, std::initializer_list<ReadRange> ranges) {
  std::string value;
  put_varint(value, static_cast<std::uint64_t>(left_at));
  put_varint(value, ranges.size());
  for (const auto& [from, to] : ranges) put_varint(value, from), put_varint(value, to);
  return value;
}

/// The directory as a version without the index left it.
void make_old(testing::Opened& opened, const std::map<UserKey, std::string>& rows) {
  opened.close();
  {
    const auto store = Store::open(opened.path(), Settings{}, opened.clock, opened.log());
    REQUIRE(store);
    auto& db = (*store)->db();
    auto* const inbox = (*store)->family(Family::inbox);
    REQUIRE(db.Delete({}, (*store)->family(Family::meta), std::string(kReadersKey)).ok());
    for (const auto& [user, row] : rows) {
      REQUIRE(db.Put({}, inbox, inbox_key(kRow, user.str(), group.name()), row).ok());
      REQUIRE(db.Delete({}, inbox, inbox_key(kReader, group.name(), user.str())).ok());
    }
  }
  opened.open();
}

std::vector<UserKey> readers(testing::Opened& opened) {
  const auto readers = sync_wait(opened->timeline().readers(group));
  REQUIRE(readers);
  return readers->users;
}

offline::Row row(testing::Opened& opened, const UserKey& user) {
  const auto row = sync_wait(opened->cursors().row(user, group));
  REQUIRE((row && *row));
  return **row;
}

void put(testing::Opened& opened, Message message) {
  const std::vector<MessagePtr> batch{std::make_shared<const Message>(std::move(message))};
  REQUIRE(sync_wait(opened->timeline().put(batch)));
}

}  // namespace

TEST_CASE("rocksdb: rows and readers of an older version are read, and go on") {
  testing::Opened opened;
  put(opened, offline::suite::message(9, 9000, group));
  make_old(opened, {{ann, old_row(0, {{1, 0}})},
                    {bob, old_row(6000, {{1, 3}, {5, 6}})},
                    {cas, old_row(0, {{1, 3}, {8, 0}})},
                    {UserKey("dan"), "\x01"}});  // damaged
  for (int round = 0; round < 2; ++round) {
    CHECK(readers(opened) == std::vector<UserKey>{ann, cas});
    CHECK(row(opened, bob).left_at == 6000);
    CHECK(row(opened, bob).ranges.spans().size() == 2);
    CHECK(row(opened, bob).ranges.contains(6));
    CHECK_FALSE(row(opened, bob).ranges.contains(4));
    CHECK(row(opened, cas).left_at == 0);
    opened.open();
  }
  auto back = offline::suite::message(10, 10'000, group), again = offline::suite::message(5, 5000, group);
  back.joined = {bob};
  back.left = {ann};
  again.joined = {bob};  // redelivered
  put(opened, back);
  put(opened, again);
  CHECK(readers(opened) == std::vector<UserKey>{bob, cas});
  CHECK(row(opened, bob).left_at == 0);
  CHECK(row(opened, bob).ranges.spans().size() == 3);
  CHECK(row(opened, ann).left_at == 10'000);
}

TEST_CASE("rocksdb: the index of readers is made once") {
  testing::Opened opened;
  auto created = offline::suite::message(1, 1000, group);
  created.joined = {ann};
  put(opened, created);
  opened.close();
  {
    const auto store = Store::open(opened.path(), Settings{}, opened.clock, opened.log());
    REQUIRE(store);
    auto* const inbox = (*store)->family(Family::inbox);
    REQUIRE((*store)->db().Delete({}, inbox, inbox_key(kReader, group.name(), "ann")).ok());
  }
  opened.open();
  CHECK(readers(opened).empty());
}

TEST_CASE("rocksdb: a row that is no row is damaged") {
  ReadingRights rights;
  rights.add(StayEvent::join(3));
  rights.add(StayEvent::leave(300, 1'800'000'000'000));
  const auto value = encode_rights(rights);
  const auto read = decode_rights(value);
  REQUIRE(read);
  CHECK(read->left_at() == 1'800'000'000'000);
  CHECK(read->ranges().contains(300));
  for (std::size_t size = 0; size < value.size(); ++size) CHECK_FALSE(decode_rights(value.substr(0, size)));
}

}  // namespace godwit::rocks
