#include "archive/archive_role.hpp"

#include <doctest/doctest.h>

#include "archive/testing_ports.hpp"

namespace godwit::archive {
namespace {

using namespace suite;

struct World {
  engine::memory::ArchiveDisk disk;
  Store store{disk};
  FakeBus bus;
  FakeUsers users;
  FakeOffline offline;
  ManualClock clock;
  Log log{-1};
  Metrics metrics;
  ArchiveRole role{store, bus, users, offline, {}, clock, log, metrics};
  Author author;

  /// Sent and answered: the offline role has it, the archive will when the bus gets there.
  MessagePtr send(MessagePtr message) {
    offline.kept.push_back(message);
    bus.waiting.push_back(message);
    return message;
  }
  void consume() { REQUIRE(sync_wait(bus.settled(dispatch::Topic::store)).has_value()); }

  net::Reply get(const UserKey& who, std::string conversation, std::string query) {
    return call(0, who, {std::move(conversation)}, std::move(query));
  }
  net::Reply search(const UserKey& who, std::string query) { return call(1, who, {}, std::move(query)); }

  net::Reply call(std::size_t route, const UserKey& who, std::vector<std::string> params, std::string query) {
    gateway::Call call{.params = std::move(params), .query = std::move(query)};
    call.who.user = who;
    auto answer = sync_wait(role.calls().call(route, call));
    if (answer) return std::move(*answer);
    net::Reply failed;
    failed.status = info(answer.error().code).status;
    failed.body = info(answer.error().code).name;
    return failed;
  }
};

/// The texts of an answer in their order, and whether a next page is named.
std::string texts(const net::Reply& response) {
  if (response.status != 200) return std::to_string(response.status) + " " + response.body;
  std::string out;
  for (std::size_t at = 0; (at = response.body.find("\"msg\":\"", at)) != std::string::npos;) {
    at += 7;
    out += response.body.substr(at, response.body.find('"', at) - at) + ",";
  }
  return out + (response.body.ends_with("\"next\":null}") ? "end" : "more");
}
std::string next_of(const net::Reply& response) {
  const auto at = response.body.rfind("\"next\":\"") + 8;
  return response.body.substr(at, response.body.size() - at - 2);
}

}  // namespace

TEST_CASE("history shows what was answered, wherever it is by now") {
  World world;
  for (int i = 1; i <= 6; ++i) {
    world.send(world.author.says(kTwo, "alice", "m" + std::to_string(i)));
    if (i == 3) world.consume();
  }
  SUBCASE("half of it archived") {}
  SUBCASE("all of it archived") { world.consume(); }
  SUBCASE("all of it archived and no longer kept") { world.consume(), world.offline.kept.clear(); }
  SUBCASE("the other half in the ledger, and the offline role away") {
    world.bus.has_log = true;
    world.offline.away = true;
  }
  SUBCASE("the archived half no longer kept") {
    world.offline.kept.erase(world.offline.kept.begin(), world.offline.kept.begin() + 3);
  }
  CHECK(texts(world.get(kAlice, "u:bobby", "")) == "m1,m2,m3,m4,m5,m6,end");
  CHECK(texts(world.get(kBob, "u:alice", "limit=2")) == "m5,m6,more");
  CHECK(texts(world.get(kAlice, "u:bobby", "before=5&limit=3")) == "m2,m3,m4,more");
  CHECK(texts(world.get(kAlice, "u:bobby", "after=2&limit=2")) == "m3,m4,more");
  CHECK(texts(world.get(kAlice, "u:bobby", "after=4&limit=2")) == "m5,m6,end");
  CHECK(texts(world.get(kAlice, "u:bobby", "after=6")) == "end");
  CHECK(texts(world.get(kAlice, "u:bobby", "before=0")) == "end");
  CHECK(texts(world.get(kAlice, "u:bobby", "before=1")) == "end");
  auto page = world.get(kAlice, "u:bobby", "limit=4");
  CHECK(texts(page) == "m3,m4,m5,m6,more");
  CHECK(texts(world.get(kAlice, "u:bobby", "limit=4&cursor=" + next_of(page))) == "m1,m2,end");
  page = world.get(kAlice, "u:bobby", "after=0&limit=4");
  CHECK(texts(page) == "m1,m2,m3,m4,more");
  CHECK(texts(world.get(kAlice, "u:bobby", "after=0&limit=4&cursor=" + next_of(page))) == "m5,m6,end");
}

TEST_CASE("of two copies the recalled one is shown") {
  World world;
  const auto message = world.send(world.author.says(kTwo, "alice", "secret"));
  world.consume();
  world.send(world.author.recalls(*message));
  SUBCASE("the kept one") { world.offline.kept.front() = std::make_shared<const Message>(without_text(*message)); }
  SUBCASE("neither yet, but the recall is read") { world.bus.has_log = true; }
  CHECK(texts(world.get(kBob, "u:alice", "")) == ",,end");
}

TEST_CASE("history is read by who may") {
  World world;
  world.users.friends.insert("carol");
  CHECK(texts(world.get(kAlice, "u:carol", "")) == "end");
  CHECK(texts(world.get(kAlice, "u:stranger", "")) == "404 not_found");
  CHECK(texts(world.get(kAlice, "u:stranger", "before=9")) == "404 not_found");
  CHECK(texts(world.get(kAlice, "u:alice", "")) == "404 not_found");
  CHECK(texts(world.get(kAlice, "g:birds", "")) == "404 not_found");
  CHECK(texts(world.get(kAlice, "nonsense", "")) == "404 not_found");
  CHECK(texts(world.get(kAlice, "s:", "")) == "end");
  world.send(world.author.says(Conversation::direct(kAlice, UserKey("stranger")), "stranger", "was a friend"));
  CHECK(texts(world.get(kAlice, "u:stranger", "")) == "was a friend,end");
  CHECK(texts(world.get(kAlice, "u:stranger", "after=1")) == "end");
}

TEST_CASE("a member reads their stays and nothing between") {
  World world;
  for (int i = 1; i <= 9; ++i) world.send(world.author.says(kGroup, "alice", "m" + std::to_string(i)));
  world.consume();
  world.offline.stays = {{.from = 2, .to = 4}, {.from = 7, .to = 0}};
  CHECK(texts(world.get(kBob, "g:birds", "")) == "m2,m3,m4,m7,m8,m9,end");
  CHECK(texts(world.get(kBob, "g:birds", "limit=4")) == "m4,m7,m8,m9,more");
  CHECK(texts(world.get(kBob, "g:birds", "before=7&limit=2")) == "m3,m4,more");
  CHECK(texts(world.get(kBob, "g:birds", "after=3&limit=2")) == "m4,m7,more");
  CHECK(texts(world.get(kBob, "g:birds", "after=4&before=7")) == "400 bad_parameter");
  CHECK(texts(world.get(kBob, "g:birds", "before=2")) == "end");
  world.offline.stays = {{.from = 2, .to = 4}};
  CHECK(texts(world.get(kBob, "g:birds", "after=3")) == "m4,end");
}

TEST_CASE("many stays are a few reads, and read as each by itself") {
  World world;
  for (int i = 1; i <= 400; ++i) world.send(world.author.says(kGroup, "alice", std::to_string(i)));
  world.consume();
  Seq away = 0;  // seqs between two stays
  SUBCASE("with little between them") { away = 3; }
  SUBCASE("with a page between them") { away = 11; }
  SUBCASE("with far more than a page between them") { away = 90; }
  Seq next = 5;
  for (; next <= 300; next += 2 + away) world.offline.stays.push_back({.from = next, .to = next + 1});
  world.offline.stays.push_back({.from = next, .to = 0});
  const ReadRanges ranges(world.offline.stays);
  const auto wanted = [&](Seq after, Seq before, std::size_t limit, bool newest) {
    std::vector<std::string> all;
    for (Seq seq = after + 1; seq < before; ++seq)
      if (ranges.contains(seq)) all.push_back(std::to_string(seq));
    const bool more = all.size() > limit;
    if (more && newest) all.erase(all.begin(), all.end() - static_cast<std::ptrdiff_t>(limit));
    if (more && !newest) all.resize(limit);
    std::string out;
    for (const auto& text : all) out += text + ",";
    return out + (more ? "more" : "end");
  };
  for (const Seq at : {1U, 4U, 6U, 7U, 8U, 60U, 299U, 330U, 400U}) {
    const auto seq = std::to_string(at);
    CHECK(texts(world.get(kBob, "g:birds", "limit=10&after=" + seq)) == wanted(at, 401, 10, false));
    CHECK(texts(world.get(kBob, "g:birds", "limit=10&before=" + seq)) == wanted(0, at, 10, true));
  }
  if (away != 3) return;
  world.store.pages = 0;
  CHECK(texts(world.get(kBob, "g:birds", "limit=100&before=300")) == wanted(0, 300, 100, true));
  CHECK(world.store.pages <= 3);  // a hundred messages of 50 stays, and 150 between them
}

TEST_CASE("what is no history call is told so") {
  World world;
  world.users.friends.insert("bobby");
  for (const char* query : {"before=x", "after=-1", "before=1&after=1", "limit=x", "before=1.5", "after=%zz"}) {
    CHECK(texts(world.get(kAlice, "u:bobby", query)) == "400 bad_parameter");
  }
  CHECK(texts(world.get(kAlice, "u:bobby", "cursor=garbage")) == "400 bad_cursor");
  for (int i = 0; i < 3; ++i) world.send(world.author.says(kOther, "alice", "m"));
  const auto page = world.get(kAlice, "u:carol", "limit=1");
  CHECK(texts(world.get(kAlice, "u:bobby", "cursor=" + next_of(page))) == "400 bad_cursor");
}

TEST_CASE("other roles find what was answered") {
  World world;
  const auto first = world.send(world.author.says(kTwo, "alice", "one"));
  CHECK(sync_wait(world.role.find(first->id)).value()->text == "one");
  CHECK(sync_wait(world.role.find(MessageId("absent"))).error().code == Code::not_found);
  world.send(world.author.says(kTwo, "bobby", "two"));
  CHECK(sync_wait(world.role.count_chat(kTwo, kAlice, 0, 2)).value() == 1);
  world.send(world.author.says(kTwo, "bobby", "three"));
  CHECK(sync_wait(world.role.last_up_to(kTwo, 3)).value()->text == "three");
  CHECK(sync_wait(world.role.last_up_to(kGroup, 3)).value() == nullptr);
}

TEST_CASE("search answers messages with what to highlight") {
  World world;
  const auto older = world.send(world.author.says(kTwo, "bobby", "hello again"));
  const auto newer = world.send(world.author.says(kTwo, "bobby", "so, hello"));
  world.send(world.author.says(kTwo, "alice", "hello, but of another"));
  world.consume();
  const auto query = "q=HELLO&sender=BOBBY&from=" + std::to_string(older->time) + "&to=" + std::to_string(newer->time);
  const auto page = world.search(kAlice, query + "&limit=1");
  REQUIRE(page.status == 200);
  CHECK(texts(page) == "so, hello,more");
  CHECK(page.body.starts_with("{\"items\":[{\"message\":{\"type\":101,"));
  CHECK(page.body.find("\"conversation\":\"u:bobby\"") != std::string::npos);
  CHECK(page.body.find("},\"highlight\":[[4,9]]}],\"next\":\"") != std::string::npos);
  CHECK(texts(world.search(kAlice, query + "&limit=1&cursor=" + next_of(page))) == "hello again,end");
  CHECK(texts(world.search(kAlice, query + "&limit=500")) == "so, hello,hello again,end");
  CHECK(world.store.asked.limit == 200);
  CHECK(texts(world.search(kCarol, query)) == "end");
}

TEST_CASE("search shows nothing that a leave forbids, though the archive has not heard of it") {
  World world;
  world.send(world.author.changes(kGroup, {kAlice, kBob}, {}));
  world.send(world.author.says(kGroup, "alice", "hello, all"));
  const auto left = world.author.changes(kGroup, {}, {kBob});
  world.send(world.author.says(kGroup, "alice", "hello, all who stayed"));
  world.consume();
  world.offline.stays = {{.from = 1, .to = left->seq}};
  CHECK(texts(world.search(kBob, "q=hello")) == "hello, all,end");
  CHECK(texts(world.search(kBob, "q=hello&limit=1")) == "more");
  world.offline.away = true;
  CHECK(texts(world.search(kBob, "q=hello")) == "503 unavailable");
}

TEST_CASE("what is no search is told so") {
  World world;
  for (const char* query : {"", "q=", "q=%zz", "q=a%00b", "q=%ff", "q=a&from=x", "q=a&to=-1", "q=a&limit=x"}) {
    CHECK(texts(world.search(kAlice, query)) == "400 bad_parameter");
  }
  CHECK(texts(world.search(kAlice, "q=" + std::string(129, 'a'))) == "400 bad_parameter");
  CHECK(texts(world.search(kAlice, "q=" + std::string(128, 'a'))) == "end");
  CHECK(texts(world.search(kAlice, "q=a&cursor=x")) == "400 bad_cursor");
  CHECK(texts(world.search(kAlice, "q=a&conversation=g:birds")) == "404 not_found");
  CHECK(texts(world.search(kAlice, "q=a&conversation=u:stranger")) == "404 not_found");
  CHECK(texts(world.search(kAlice, "q=a&conversation=x")) == "404 not_found");
}

TEST_CASE("a batch that cannot be stored comes again, and reads say that they cannot") {
  World world;
  world.send(world.author.says(kTwo, "alice", "one"));
  world.store.broken = true;
  CHECK_FALSE(sync_wait(world.bus.settled(dispatch::Topic::store)).has_value());
  CHECK(texts(world.get(kBob, "u:alice", "")) == "503 unavailable");
  world.store.broken = false;
  CHECK(texts(world.get(kBob, "u:alice", "")) == "one,end");
  world.consume();
  CHECK(world.bus.lag(dispatch::Topic::store) == 0);
}

}  // namespace godwit::archive
