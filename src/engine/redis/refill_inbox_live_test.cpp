#include <algorithm>
#include <functional>
#include <thread>

#include "engine/memory/positions.hpp"
#include "engine/redis/inbox.hpp"
#include "engine/redis/inbox_scripts.hpp"
#include "engine/redis/testing_own_redis.hpp"
#include "offline/cursor_store_suite.hpp"
#include "offline/timeline_suite.hpp"

namespace godwit::redis {
namespace {

using namespace offline::suite;
using testing::Form;

/// What is kept elsewhere: every message that was ever put, those up to a floor as what they left.
struct Kept final : offline::RefillStore {
  std::vector<MessagePtr> all;
  std::map<Conversation, Seq> floors;
  engine::memory::Positions positions;
  std::vector<std::pair<Conversation, std::pair<UserKey, StayEvent>>> told;  // by Redis
  int loads = 0, read = 0;
  std::string_view when;  ///< reading what `meanwhile` happens, once
  std::function<Task<Result<void>>()> meanwhile = {};

  Task<Result<void>> was_read(std::string_view what) {
    if (what != when || !meanwhile) co_return Result<void>();
    co_return co_await std::exchange(meanwhile, nullptr)();
  }

  static std::vector<std::pair<UserKey, StayEvent>> stays_of(const Message& message) {
    std::vector<std::pair<UserKey, StayEvent>> stays;
    if (message.seq == 1)
      for (const auto& user : message.conversation.people()) stays.emplace_back(user, StayEvent::join(1));
    for (const auto& user : message.joined) stays.emplace_back(user, StayEvent::join(message.seq));
    for (const auto& user : message.left) stays.emplace_back(user, StayEvent::leave(message.seq, message.time));
    return stays;
  }
  Task<Result<OfUser>> of_user(const UserKey& user) override {
    ++loads;
    OfUser kept{.stays = {}, .positions = *sync_wait(positions.load(user))};
    for (const auto& message : all)
      for (const auto& [who, event] : stays_of(*message))
        if (who == user) kept.stays.emplace_back(message->conversation, event);
    for (const auto& [conversation, stay] : told)
      if (stay.first == user) kept.stays.emplace_back(conversation, stay.second);
    CO_CHECK(co_await was_read("a user"));
    co_return kept;
  }
  Task<Result<bool>> knows_device(const UserKey& user, const DeviceId& device) override {
    return positions.knows_device(user, device);
  }
  Task<Result<std::vector<OfConversation>>> of_conversations(std::vector<Conversation> conversations) override {
    std::vector<OfConversation> found;
    for (auto& conversation : conversations) {
      auto& one = found.emplace_back();
      one.floor = floors[conversation];
      for (const auto& message : all) {
        if (message->conversation != conversation) continue;
        if (message->seq > one.head.seq) one.head = {.seq = message->seq, .time = message->time};
        if (message->seq > one.floor) continue;
        std::ranges::copy(stays_of(*message), std::back_inserter(one.stays));
      }
      for (const auto& [where, stay] : told)
        if (where == conversation && stay.second.seq() <= one.floor) one.stays.push_back(stay);
      one.conversation = std::move(conversation);
    }
    CO_CHECK(co_await was_read("a head"));
    co_return found;
  }
  Task<Result<std::vector<std::pair<UserKey, StayEvent>>>> stays(const Conversation& conversation) override {
    std::vector<std::pair<UserKey, StayEvent>> found;
    for (const auto& message : all)
      if (message->conversation == conversation) std::ranges::copy(stays_of(*message), std::back_inserter(found));
    co_return found;
  }
  Task<Result<std::vector<MessagePtr>>> entries(const Conversation& conversation, Seq after,
                                                std::size_t limit) override {
    std::vector<MessagePtr> found;
    ++read;
    for (const auto& message : all)
      if (message->conversation == conversation && message->seq > after && found.size() < limit)
        found.push_back(message);
    CO_CHECK(co_await was_read("entries"));
    co_return found;
  }
  Task<Result<void>> keep(const UserKey& user, OfUser found) override {
    for (auto& [conversation, event] : found.stays) told.push_back({std::move(conversation), {user, event}});
    std::vector<offline::Positions::Move> moves;
    for (const auto& [conversation, seq] : found.positions.read) moves.push_back({user, {}, conversation, seq});
    for (const auto& [device, cursors] : found.positions.devices)
      for (const auto& [conversation, seq] : cursors) moves.push_back({user, device, conversation, seq});
    co_return co_await positions.move(std::move(moves));
  }
  Task<Result<void>> keep(const Conversation& conversation, std::vector<std::pair<UserKey, StayEvent>> stays) override {
    for (auto& stay : stays) told.emplace_back(conversation, std::move(stay));
    co_return Result<void>();
  }
  Task<Result<std::string>> epoch(std::string proposed) override { return positions.epoch(std::move(proposed)); }
};

class RefilledBed final : public offline::suite::Bed {
 public:
  explicit RefilledBed(Form form) : RefilledBed(testing::settings_of(form, testing::own_prefix())) {}
  explicit RefilledBed(Settings settings) : client_(std::move(settings), log_) { restart(); }
  ~RefilledBed() override { testing::remove_keys(client_); }
  offline::Timeline& timeline() override { return *inbox_; }
  offline::CursorStore& cursors() override { return *inbox_; }
  ManualClock& clock() override { return clock_; }
  void restart() override { inbox_ = std::make_unique<RedisInbox>(client_, random_, log_, &kept); }
  std::unique_ptr<RedisInbox> another() { return std::make_unique<RedisInbox>(client_, random_, log_, &kept); }

  /// Put, and kept elsewhere.
  void send(Message message) {
    kept.all.push_back(std::make_shared<const Message>(message));
    put(*this, std::move(message));
  }
  /// Acknowledged, and kept elsewhere.
  void acknowledge(const DeviceId& device, const Conversation& conversation, Seq seq) {
    advance(*this, device, conversation, seq);
    REQUIRE(sync_wait(kept.positions.move({{ann, device, conversation, seq}})));
  }
  void login(const DeviceId& device) {
    adopt(*this, ann, device);
    REQUIRE(sync_wait(kept.positions.adopt_device(ann, device)));
  }
  void lose_everything() { testing::remove_keys(client_); }
  void hold(const std::string& name) {
    (void)testing::good(client_, {.words = {"SET", client_.key(name), "another's", "PX", "30000"}});
  }
  void mark(const std::string& name) {
    const auto filling = testing::good(client_, inbox_scripts::begin_conversation().call({client_.key(name)}, {"a"}));
    const auto run = filling.text.substr(0, filling.text.find(':'));
    (void)testing::good(client_, {.words = {"HSET", client_.key(name), "whole", run}});
  }
  /// As a step of a filling: the bus brings a message, which is in the ledger, and then these keys are lost.
  Task<Result<void>> send_and_lose(Message message, std::vector<std::string> names) {
    kept.all.push_back(std::make_shared<const Message>(std::move(message)));
    const std::vector<MessagePtr> one{kept.all.back()};
    CO_CHECK(co_await inbox_->put(one));
    for (const auto& name : names) CO_CHECK(co_await client_.run({.words = {"DEL", client_.key(name)}}));
    co_return Result<void>();
  }
  Client& client() { return client_; }
  /// As it was before anything was kept elsewhere.
  std::unique_ptr<RedisInbox> before() { return std::make_unique<RedisInbox>(client_, random_, log_); }
  void lose(const std::string& name, const std::string& field) {
    (void)testing::good(client_, {.words = {"HDEL", client_.key(name), field}});
  }
  void lose(const std::string& name) { (void)testing::good(client_, {.words = {"DEL", client_.key(name)}}); }

  Kept kept;

 private:
  ManualClock clock_;
  SystemRandom random_;
  Log log_{2, Level::error};
  Client client_;
  std::unique_ptr<RedisInbox> inbox_;
};

/// ann's: a group that she is in from 2 on, of which all but the last two expired, and a conversation with bob.
void fill(RefilledBed& bed) {
  auto created = message(1, 1000, group), joined = message(2, 2000, group), left = message(3, 3000, group);
  created.joined = {bob, cas};
  joined.joined = {ann};
  left.left = {cas};
  for (const auto& one : {created, joined, left, message(4, 4000, group), message(5, 5000, group)}) bed.send(one);
  bed.kept.floors[group] = 3;
  for (Seq seq = 1; seq <= 9; ++seq) bed.send(message(seq, 5000));
  for (bool done = false; !done;) done = must(sync_wait(bed.timeline().expire(3500, 10))).round_done;
  bed.login(phone);
  bed.login(desk);
  bed.acknowledge(phone, direct, 7);
  bed.acknowledge(phone, group, 4);
  bed.acknowledge(desk, direct, 2);
  REQUIRE(sync_wait(bed.cursors().set_read(ann, direct, 6)));
  REQUIRE(sync_wait(bed.kept.positions.move({{ann, {}, direct, 6}})));
}

const std::vector<std::string> kKeysOfDirect{"{u:ann:bob}:log", "{u:ann:bob}:head", "{u:ann:bob}:stays",
                                             "{u:ann:bob}:recalled"};
const std::vector<std::string> kKeysOfAnn{"{@ann}:stays",     "{@ann}:read",     "{@ann}:furthest", "{@ann}:devices",
                                          "{@ann}:adoptions", "{@ann}:at:phone", "{@ann}:at:desk",  "{@ann}:whole"};

using Places = std::map<std::string, Seq>;

void check_all_there(RefilledBed& bed) {
  CHECK(cursors_of(bed, ann, phone) == Places{{"g:walkers", 4}, {"u:ann:bob", 7}});
  CHECK(cursors_of(bed, ann, desk) == Places{{"g:walkers", 0}, {"u:ann:bob", 2}});
  const auto rows = must(sync_wait(bed.cursors().rows(ann, desk))).rows;
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].head.seq == 5);
  CHECK(rows[0].floor == 3);  // so the desk is told that it missed something
  CHECK(rows[0].ranges.first_readable() == 2);
  CHECK(rows[1].read == 6);
  CHECK(rows[1].floor == 0);
  CHECK(seqs(read(bed, {.conversation = group})) == Seqs{4, 5});
  CHECK(seqs(read(bed, {.conversation = direct})).size() == 9);
  const auto readers = must(sync_wait(bed.timeline().readers(group)));
  CHECK(readers.users == std::vector<UserKey>{ann, bob});
  CHECK(readers.seq == 5);
  CHECK(must(sync_wait(bed.cursors().row(cas, group)))->left_at == 3000);
  CHECK(must(sync_wait(bed.cursors().read_positions({{ann, direct}, {bob, direct}}))) == Seqs{6, 0});
}

void refills(Form form) {
  RefilledBed bed(form);
  fill(bed);
  const auto life = must(sync_wait(bed.timeline().epoch()));
  bed.lose_everything();
  bed.restart();
  SUBCASE("as they come") {}
  SUBCASE("where somebody acknowledges first: nobody else's place moves") {
    bed.acknowledge(desk, direct, 9);
    CHECK(cursors_of(bed, ann, desk) == Places{{"g:walkers", 0}, {"u:ann:bob", 9}});
    CHECK(cursors_of(bed, ann, phone) == Places{{"g:walkers", 4}, {"u:ann:bob", 7}});
    return;
  }
  SUBCASE("where a new device logs in first") {
    bed.login(tablet);
    CHECK(cursors_of(bed, ann, tablet) == Places{{"g:walkers", 4}, {"u:ann:bob", 7}});
  }
  SUBCASE("where a read position moves first") {
    const auto back = must(sync_wait(bed.cursors().set_read(ann, direct, 5)));
    CHECK_FALSE(back.moved);
    CHECK(back.read == 6);
  }
  SUBCASE("where what is kept is behind: nothing goes back") {
    CHECK(cursors_of(bed, ann, phone).size() == 2);
    bed.lose("{@ann}:whole");
    advance(bed, phone, direct, 8);
    CHECK(cursors_of(bed, ann, phone) == Places{{"g:walkers", 4}, {"u:ann:bob", 8}});
    return;
  }
  SUBCASE("where the bus brings some of it again meanwhile") { put(bed, message(5, 5000, group), message(9, 5000)); }
  check_all_there(bed);
  CHECK(must(sync_wait(bed.timeline().epoch())) == life);
  const auto loads = bed.kept.loads;
  check_all_there(bed);
  CHECK(bed.kept.loads == loads);  // once
}

}  // namespace

TEST_CASE("redis: an inbox that was emptied is filled again as users come") { refills(Form::single); }
TEST_CASE("redis cluster: an inbox that was emptied is filled again as users come") { refills(Form::cluster); }

TEST_CASE("redis: what one slot has lost is brought again, and nothing else is loaded") {
  RefilledBed bed(Form::single);
  fill(bed);
  check_all_there(bed);
  SUBCASE("a conversation's") {
    for (const auto* key : {"log", "head", "stays", "recalled"}) bed.lose(std::string("{g:walkers}:") + key);
    const auto loads = bed.kept.loads;
    check_all_there(bed);
    CHECK(bed.kept.loads == loads);
  }
  SUBCASE("a user's") {
    for (const auto& name : kKeysOfAnn) bed.lose(name);
    check_all_there(bed);
  }
}

TEST_CASE("redis: standings are as good after a loss") {
  RefilledBed bed(Form::cluster);
  fill(bed);
  bed.lose_everything();
  std::vector<offline::Acknowledged> devices;
  devices.push_back({.user = ann, .device = phone, .positions = {{direct, 9}, {group, 5}}});
  devices.push_back({.user = cas, .device = desk, .positions = {{direct, 1}, {group, 3}}});
  const auto standings = must(sync_wait(bed.cursors().standings(devices)));
  REQUIRE(standings.size() == 4);
  CHECK(must(standings[0]).head == 9);
  CHECK(must(standings[0]).cursor == 7);
  CHECK(must(standings[1]).head == 5);
  CHECK(standings[2].error().code == Code::not_found);
  CHECK(must(standings[3]).head == 5);
}

TEST_CASE("redis: what was made whole in another run of Redis is filled again: its last second may be missing") {
  testing::OwnRedis own(Form::single);
  auto settings = own.settings();
  settings.servers.resize(1);
  RefilledBed bed(settings);
  fill(bed);
  check_all_there(bed);
  bed.lose("{u:ann:bob}:log");  // the marks stay, as they do where only the last second is lost
  bed.lose("{@ann}:at:phone");
  own.kill(own.port());
  own.up();
  for (int i = 0; i < 100 && !sync_wait(bed.cursors().rows(ann, phone)); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  check_all_there(bed);
}

TEST_CASE("redis: a filling that began in another run of Redis makes nothing whole") {
  RefilledBed bed(Form::cluster);
  const auto whole = bed.client().key("{@ann}:whole");
  (void)testing::good(bed.client(), {.words = {"SET", whole, "another run:a"}});
  const auto made = testing::good(bed.client(), inbox_scripts::make_whole().call({whole}, {"another run:a"}));
  CHECK(made.integer() == 0);
}

TEST_CASE("redis: a filling over which what it fills was lost makes nothing whole") {
  RefilledBed bed(Form::cluster);
  fill(bed);
  SUBCASE("a conversation's, after its entries were read") { bed.kept.when = "entries"; }
  SUBCASE("a conversation's, of which nothing is left but its head") {
    bed.kept.when = "a head";
    bed.kept.floors[direct] = 9;
  }
  SUBCASE("a user's") {
    for (const auto& name : kKeysOfAnn) bed.lose(name);
    auto created = message(1, 6000, Conversation::of_group(GroupKey("readers")));
    created.joined = {ann};
    bed.kept.when = "a user";
    bed.kept.meanwhile = [&] { return bed.send_and_lose(created, kKeysOfAnn); };
    (void)sync_wait(bed.cursors().rows(ann, phone));
    CHECK_FALSE(bed.kept.meanwhile);
    CHECK(must(sync_wait(bed.cursors().rows(ann, phone))).rows.size() == 3);
    return;
  }
  for (const auto& name : kKeysOfDirect) bed.lose(name);
  bed.kept.meanwhile = [&] { return bed.send_and_lose(message(10, 6000), kKeysOfDirect); };
  (void)sync_wait(bed.timeline().head(direct));
  CHECK_FALSE(bed.kept.meanwhile);
  CHECK(must(sync_wait(bed.timeline().head(direct))).seq == 10);
  CHECK(std::ranges::count(seqs(read(bed, {.conversation = direct})), 10) == 1);
}

TEST_CASE("redis: a conversation whose first message comes again after it was lost lacks nothing") {
  RefilledBed bed(Form::single);
  bed.send(message(1));
  bed.send(message(2));
  for (const auto& name : kKeysOfDirect) bed.lose(name);
  put(bed, message(1));
  CHECK(seqs(read(bed, {.conversation = direct})) == Seqs{1, 2});
  CHECK(must(sync_wait(bed.timeline().readers(direct))).seq == 2);
}

TEST_CASE("redis: who left by a message that is not there yet reads nothing of what follows it") {
  RefilledBed bed(Form::cluster);
  auto created = message(1, 1000, group), left = message(3, 3000, group), joined = message(5, 5000, group);
  created.joined = {ann, bob};
  left.left = {ann};
  joined.joined = {ann};
  for (const auto& one : {created, message(2, 2000, group)}) bed.send(one);
  REQUIRE(must(sync_wait(bed.timeline().readers(group))).users == std::vector<UserKey>{ann, bob});
  const auto last = [](const offline::Row& row) { return row.ranges.last_readable(row.head.seq); };
  for (const auto& user : {ann, bob})  // they are filled before it happens
    REQUIRE(last(must(sync_wait(bed.cursors().rows(user, phone))).rows.at(0)) == 2);
  for (const auto& one : {left, message(4, 4000, group), joined})
    bed.kept.all.push_back(std::make_shared<const Message>(one));
  put(bed, message(4, 4000, group));  // a later page of the bus comes first
  CHECK(last(*must(sync_wait(bed.cursors().row(ann, group)))) == 3);
  CHECK(last(must(sync_wait(bed.cursors().rows(ann, phone))).rows.at(0)) == 3);
  CHECK(last(*must(sync_wait(bed.cursors().row(bob, group)))) == 4);
  const auto readers = must(sync_wait(bed.timeline().readers(group)));
  CHECK(readers.users == std::vector<UserKey>{bob});  // nobody who joins later, either
  CHECK(readers.seq == 4);
  const auto loads = bed.kept.loads;
  put(bed, left);
  CHECK(must(sync_wait(bed.timeline().readers(group))).users == std::vector<UserKey>{bob});
  CHECK(last(*must(sync_wait(bed.cursors().row(ann, group)))) == 3);
  CHECK(bed.kept.loads == loads);  // nothing is asked for where nothing is missing
}

TEST_CASE("redis: a device that logged in while Redis was away has its own place") {
  RefilledBed bed(Form::single);
  fill(bed);
  REQUIRE(sync_wait(bed.kept.positions.adopt_device(ann, tablet)));
  bed.acknowledge(phone, direct, 9);
  CHECK(*sync_wait(bed.cursors().knows_device(ann, tablet)));
  CHECK(cursors_of(bed, ann, tablet) == Places{{"g:walkers", 4}, {"u:ann:bob", 7}});
  CHECK(cursors_of(bed, ann, DeviceId("stranger"))["u:ann:bob"] == 0);
}

TEST_CASE("redis: several processes that refill at once, while devices acknowledge, do no harm") {
  for (int round = 0; round < 5; ++round) {
    RefilledBed bed(Form::cluster);
    fill(bed);
    bed.lose_everything();
    const auto a = bed.another(), b = bed.another();
    {
      std::vector<std::jthread> threads;
      for (auto* inbox : {a.get(), b.get()}) {
        threads.emplace_back([inbox] { CHECK(sync_wait(inbox->rows(ann, phone))); });
        threads.emplace_back([inbox] { CHECK(sync_wait(inbox->readers(group))); });
        threads.emplace_back([inbox] {
          std::vector<offline::Acknowledged> one;
          one.push_back({.user = ann, .device = desk, .positions = {{direct, 9}}});
          CHECK(sync_wait(inbox->advance(std::move(one))));
        });
      }
    }
    CHECK(cursors_of(bed, ann, phone) == Places{{"g:walkers", 4}, {"u:ann:bob", 7}});
    CHECK(cursors_of(bed, ann, desk) == Places{{"g:walkers", 0}, {"u:ann:bob", 9}});
  }
}

TEST_CASE("redis: a group is filled again by one process; one that died over it is waited for, not for long") {
  RefilledBed bed(Form::single);
  fill(bed);
  bed.lose_everything();
  SUBCASE("one holds the lock and does it") {
    bed.hold("{g:walkers}:filling");
    std::jthread holder([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(300));
      put(bed, message(4, 4000, group), message(5, 5000, group));
      bed.mark("{g:walkers}:head");
    });
    const auto began = std::chrono::steady_clock::now();
    CHECK(must(sync_wait(bed.timeline().readers(group))).seq == 5);
    CHECK(std::chrono::steady_clock::now() - began < std::chrono::milliseconds(1500));
    CHECK(bed.kept.read == 0);
  }
  SUBCASE("one held it, and is gone") {
    bed.hold("{g:walkers}:filling");
    CHECK(must(sync_wait(bed.timeline().readers(group))).users == std::vector<UserKey>{ann, bob});
    CHECK(bed.kept.read == 1);
  }
}

TEST_CASE("redis: what Redis alone knows, of before anything was kept, is kept as users come") {
  RefilledBed bed(Form::cluster);
  auto created = message(1, 1000, group), left = message(2, 2000, group);
  created.joined = {ann, bob, cas};
  left.left = {cas};
  {
    const auto before = bed.before();
    std::vector<MessagePtr> sent;
    for (const auto& one : {created, left, message(3, 3000, group)})
      sent.push_back(std::make_shared<const Message>(one));
    REQUIRE(sync_wait(before->put(sent)));
    for (bool done = false; !done;) done = must(sync_wait(before->expire(3500, 10))).round_done;
    REQUIRE(sync_wait(before->adopt_device(ann, desk)));
    REQUIRE(sync_wait(before->adopt_device(ann, phone)));
    std::vector<offline::Acknowledged> one;
    one.push_back({.user = ann, .device = phone, .positions = {{group, 3}}});
    one.push_back({.user = ann, .device = desk, .positions = {{group, 1}}});
    REQUIRE(sync_wait(before->advance(std::move(one))));
    REQUIRE(sync_wait(before->set_read(ann, group, 2)));
  }
  bed.lose("{g:walkers}:head", "whole");  // it was put before there was such a mark
  created.joined.clear();
  left.left.clear();
  for (const auto& one : {created, left, message(3, 3000, group)})
    bed.kept.all.push_back(std::make_shared<const Message>(one));
  bed.kept.floors[group] = 3;
  for (int round = 0; round < 2; ++round) {
    CHECK(cursors_of(bed, ann, phone) == Places{{"g:walkers", 3}});
    CHECK(cursors_of(bed, ann, desk) == Places{{"g:walkers", 1}});
    CHECK(must(sync_wait(bed.cursors().row(ann, group)))->read == 2);
    CHECK(must(sync_wait(bed.timeline().readers(group))).users == std::vector<UserKey>{ann, bob});
    CHECK(must(sync_wait(bed.cursors().row(cas, group)))->left_at == 2000);
    bed.lose_everything();
  }
}

TEST_CASE("redis: no entry that is there is hidden by what was kept") {
  RefilledBed bed(Form::single);
  for (Seq seq = 3; seq <= 5; ++seq) put(bed, message(seq));
  for (Seq seq = 1; seq <= 5; ++seq) bed.kept.all.push_back(std::make_shared<const Message>(message(seq)));
  bed.kept.floors[direct] = 5;
  CHECK(must(sync_wait(bed.cursors().rows(ann, phone))).rows.at(0).floor == 2);
}

offline::suite::MakeBed refilled(Form form) {
  return [form] { return std::make_unique<RefilledBed>(form); };
}
TEST_CASE("redis: the timeline, refilled where there is nothing") { timeline_suite(refilled(Form::single)); }
TEST_CASE("redis cluster: the cursor store, refilled where there is nothing") {
  cursor_store_suite(refilled(Form::cluster));
}

}  // namespace godwit::redis
