#include <doctest/doctest.h>

#include <thread>

#include "rpc/archive_client.hpp"
#include "rpc/call_client.hpp"
#include "rpc/dispatch_client.hpp"
#include "rpc/fake_roles.hpp"
#include "rpc/offline_client.hpp"
#include "rpc/rpc_fixture.hpp"
#include "rpc/sequencer_client.hpp"
#include "rpc/user_client.hpp"
#include "service/testing_change_log.hpp"

using namespace godwit;
using namespace godwit::rpc::testing;

namespace {

const auto kPair = Conversation::direct(UserKey("ann"), UserKey("bob"));

template <class Role>
rpc::Services serving(Role& role, void (*serve)(rpc::Services&, Role&)) {
  rpc::Services services;
  serve(services, role);
  return services;
}

void check_same(const Message& a, const Message& b) {
  CHECK(a.type == b.type);
  CHECK(a.conversation == b.conversation);
  CHECK(a.id == b.id);
  CHECK(a.seq == b.seq);
  CHECK(a.time == b.time);
  CHECK(a.sender == b.sender);
  CHECK(a.receiver == b.receiver);
  CHECK(a.text == b.text);
  CHECK(a.client_id == b.client_id);
  CHECK(a.sender_device == b.sender_device);
  CHECK(a.reply_to == b.reply_to);
  CHECK(a.title == b.title);
  CHECK(a.request == b.request);
  CHECK(a.group == b.group);
  CHECK(a.change == b.change);
  CHECK(a.target == b.target);
  CHECK(a.target_seq == b.target_seq);
  CHECK(a.detail == b.detail);
  CHECK(a.recalled == b.recalled);
  CHECK(a.joined == b.joined);
  CHECK(a.left == b.left);
}

}  // namespace

TEST_CASE("rpc: the archive's verbs, there and back") {
  EchoArchive role;
  ServingProcess there(serving<archive::Service>(role, rpc::serve_archive));
  AskingProcess here({there.address()});
  rpc::ArchiveClient client(here.caller());

  const auto found = here.ask(client.find(full_message().id));
  REQUIRE(found);
  check_same(**found, full_message());
  const auto absent = here.ask(client.find(MessageId("absent")));
  CHECK(absent.error().code == Code::not_found);
  CHECK(absent.error().detail == "no absent");
  CHECK(here.ask(client.find(MessageId("\xff"))).error().code == Code::not_found);
  const auto last = here.ask(client.last_up_to(kPair, 7));
  REQUIRE(last);
  CHECK((*last)->conversation == kPair);
  CHECK((*last)->seq == 7);
  CHECK(*here.ask(client.last_up_to(kPair, 0)) == nullptr);
  CHECK(*here.ask(client.count_chat(kPair, UserKey("ann"), 3, 10)) == 9'307);
}

TEST_CASE("rpc: the offline role's verbs, there and back") {
  EchoOffline role;
  ServingProcess there(serving<offline::Service>(role, rpc::serve_offline));
  AskingProcess here({there.address()});
  rpc::OfflineClient client(here.caller());
  const UserKey ann("ann");

  CHECK(here.ask(client.adopt_device(ann, DeviceId("phone"))));
  CHECK(role.adopted == "ann/phone");
  CHECK(*here.ask(client.knows_device(ann, DeviceId("phone"))));
  CHECK_FALSE(*here.ask(client.knows_device(ann, DeviceId("desk"))));
  const std::vector<offline::Acknowledged> acknowledged{
      {ann, DeviceId("phone"), {{kPair, 4}, {Conversation::notices_of(ann), 5}}},
      {UserKey("bob"), DeviceId("desk"), {}}};
  CHECK(here.ask(client.acknowledge(acknowledged)));
  REQUIRE(role.acknowledged.size() == 2);
  CHECK(role.acknowledged[0].user == ann);
  CHECK(role.acknowledged[0].device == DeviceId("phone"));
  CHECK(role.acknowledged[0].positions == acknowledged[0].positions);
  CHECK(role.acknowledged[1].positions.empty());
  const auto ranges = here.ask(client.ranges(ann, kPair));
  REQUIRE(ranges);
  REQUIRE(ranges->spans().size() == 2);
  CHECK(ranges->spans()[0].from == 3);
  CHECK(ranges->spans()[0].to == 19);
  CHECK(ranges->spans()[1].from == 100);
  CHECK(ranges->spans()[1].to == 0);
  const auto readers = here.ask(client.readers(kPair));
  REQUIRE(readers);
  CHECK(readers->users == std::vector{UserKey("ann"), UserKey("bob")});
  CHECK(readers->seq == 9);
  const auto tail = here.ask(client.tail(kPair, 1, 2, 3, true));
  REQUIRE(tail);
  REQUIRE(tail->size() == 2);
  CHECK((*tail)[1]->text == "1 2 3 newest");
  CHECK((*tail)[1]->conversation == kPair);
}

TEST_CASE("rpc: the dispatch role's verbs, there and back") {
  EchoDispatch role;
  ServingProcess there(serving<dispatch::Service>(role, rpc::serve_dispatch));
  AskingProcess here({there.address()});
  rpc::DispatchClient client(here.caller());

  const auto published = here.ask(client.publish(full_message(), "once"));
  REQUIRE(published);
  check_same(role.published, full_message());
  CHECK(published->id == MessageId("once"));
  CHECK(published->seq == 5);
  CHECK(published->time == 6);
  CHECK(published->repeated);
  here.ask(client.announce_read(identity(), kPair, 12));
  CHECK(role.announced == "read anns-1phone99 u:ann:bob 12");
  here.ask(client.announce_typing(identity(), kPair));
  CHECK(role.announced == "typing ann u:ann:bob");
}

TEST_CASE("rpc: a sequencer's verbs, there and back, and only of who was meant") {
  EchoSequencer role;
  rpc::NamedSequencer named{role, "d-1"};
  ServingProcess there(serving(named, rpc::serve_sequencer));
  AskingProcess here({});
  rpc::SequencerClients clients(here.connections(), here.clock());
  auto* client = clients.at({.name = "d-1", .address = there.address()});
  REQUIRE(client != nullptr);
  CHECK(clients.at({.name = "d-1", .address = there.address()}) == client);

  const std::string print("\0\xff\x80", 3);
  const auto numbered = here.ask(client->number({full_message(), "ann/c-1", print}));
  REQUIRE(numbered);
  CHECK(std::get<dispatch::Published>(*numbered).seq == 8);
  check_same(role.drafted.message, full_message());
  CHECK(role.drafted.once == "ann/c-1");
  CHECK(role.drafted.fingerprint == print);
  const auto elsewhere = here.ask(client->number({full_message(), "elsewhere", {}}));
  REQUIRE(elsewhere);
  CHECK(std::get<dispatch::Dispatcher>(*elsewhere) == dispatch::Dispatcher{.name = "d-2", .address = "host:7"});
  const auto committed = here.ask(client->committed());
  REQUIRE(committed);
  CHECK(committed->at(255) == 255'000'001'785);
  const auto tail =
      here.ask(client->tail({.conversation = kPair, .after = 1, .before = 2, .limit = 3, .newest = true}));
  REQUIRE(tail);
  CHECK(tail->at(0)->text == "1 2 3 newest");

  auto* other = clients.at({.name = "d-0", .address = there.address()});
  CHECK(here.ask(other->number({full_message(), "o", {}})).error().code == Code::unavailable);
  CHECK(here.ask(other->committed()).error().code == Code::unavailable);
  CHECK(here.ask(other->tail({.conversation = kPair})).error().code == Code::unavailable);
  CHECK(clients.at({.name = "d-3", .address = ""}) == nullptr);
}

TEST_CASE("rpc: sequencers that nobody asks for are forgotten at the bound, those that are in use never") {
  AskingProcess here({});
  ManualClock clock;
  rpc::SequencerClients clients(here.connections(), clock);
  const auto at = [&](std::size_t i) { return clients.at({.name = std::to_string(i), .address = "127.0.0.1:1"}); };
  for (std::size_t i = 0; i < rpc::SequencerClients::kMost; ++i) REQUIRE(at(i) != nullptr);
  CHECK(at(rpc::SequencerClients::kMost) == nullptr);
  CHECK(at(3) != nullptr);
  clock.advance(rpc::SequencerClients::kKept);
  auto* kept = at(3);
  CHECK(at(rpc::SequencerClients::kMost) != nullptr);
  CHECK(at(3) == kept);
}

TEST_CASE("rpc: the user role's verbs, there and back") {
  EchoUsers role;
  changes::TestingChangeLog log;
  SystemClock clock;
  changes::ChangeFeed feed(log, clock);
  rpc::UserSource source{role, feed};
  ServingProcess there(serving(source, rpc::serve_user));
  AskingProcess here({there.address()});
  rpc::UserClient client(here.caller());

  const auto proven = here.ask(client.authenticate("good\xff"));
  REQUIRE(proven);
  CHECK(proven->who.user == UserKey("ann"));
  CHECK(proven->who.session == SessionId("s-1"));
  CHECK(proven->who.device == DeviceId("phone"));
  CHECK(proven->who.expires_at == 99);
  CHECK(proven->as_of == changes::Position{.epoch = 3, .number = 4});
  CHECK(proven->node == "node-1");
  CHECK(here.ask(client.authenticate("bad")).error().code == Code::unauthenticated);
  CHECK(here.ask(client.prove_again(identity()))->as_of == changes::Position{.epoch = 5, .number = 6});
  const auto service = here.ask(client.authenticate_service("shop"));
  REQUIRE(service);
  CHECK(service->name == "shop");
  CHECK(service->scopes == std::vector<std::string>{"push", "read"});
  CHECK(*here.ask(client.is_admin(UserKey("root"))));
  CHECK_FALSE(*here.ask(client.is_admin(UserKey("ann"))));
  CHECK(here.ask(client.record_deed(UserKey("root"), {.action = "act", .target = "on", .detail = "how"})));
  CHECK(role.recorded == "root act on how");
  CHECK(here.ask(client.record_deed(UserKey("nobody"), {.action = "act"})).error().code == Code::forbidden);
  const auto relation = here.ask(client.relation(UserKey("ann"), UserKey("bob")));
  REQUIRE(relation);
  CHECK(relation->exists);
  CHECK(relation->friends);
  CHECK_FALSE(relation->blocked);
  CHECK(here.ask(client.relation(UserKey("ann"), UserKey("ann")))->blocked);
  CHECK_FALSE(here.ask(client.relation(UserKey("ann"), UserKey("absent")))->exists);
  CHECK(**here.ask(client.awake_friends(UserKey("ann"))) == std::vector{UserKey("ann"), UserKey("zoe")});
  CHECK(here.ask(client.roster(GroupKey("absent"))).error().code == Code::not_found);
  const auto cards = here.ask(client.user_cards({UserKey("ann"), UserKey("absent"), UserKey("")}));
  REQUIRE(cards);
  REQUIRE(cards->size() == 3);
  CHECK(cards->at(0).key == "ann");
  CHECK(cards->at(0).name == "n");
  CHECK(cards->at(0).avatar == "a");
  CHECK(cards->at(1).key.empty());
  CHECK(here.ask(client.user_cards({}))->empty());
  CHECK(here.ask(client.group_cards({GroupKey("g-1")}))->at(0).name == "group");
  CHECK(*here.ask(client.users_after(UserKey("ann"), 7)) == std::vector{UserKey("ann-"), UserKey("7")});

  client.seen(SessionId("s-9"));
  const auto heard = [&] {
    std::lock_guard lock(role.mutex);
    return role.seen_sessions == std::vector<std::string>{"s-9"};
  };
  for (int tries = 0; tries < 500 && !heard(); ++tries) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  CHECK(heard());
}

TEST_CASE("rpc: a group of 20,000 crosses whole") {
  EchoUsers role;
  role.members = 20'000;
  changes::TestingChangeLog log;
  SystemClock clock;
  changes::ChangeFeed feed(log, clock);
  rpc::UserSource source{role, feed};
  ServingProcess there(serving(source, rpc::serve_user));
  AskingProcess here({there.address()});
  rpc::UserClient client(here.caller());

  const auto got = here.ask(client.roster(GroupKey("g-1")));
  REQUIRE(got);
  const auto sent = *sync_wait(role.roster(GroupKey("g-1")));
  CHECK(*(*got)->audience == *sent->audience);
  REQUIRE((*got)->members.size() == 20'000);
  for (const auto& [key, member] : sent->members) {
    const auto* other = (*got)->find(key);
    REQUIRE(other != nullptr);
    REQUIRE(other->user == member.user);
    REQUIRE(other->role == member.role);
    REQUIRE(other->muted_until == member.muted_until);
    REQUIRE(other->joined_at == member.joined_at);
  }
  const auto& group = (*got)->group;
  CHECK(group.key == GroupKey("g-1"));
  CHECK(group.name == "name");
  CHECK(group.notice == "notice");
  CHECK(group.avatar == "avatar");
  CHECK(group.policy == JoinPolicy::closed);
  CHECK(group.owner == UserKey("u000000"));
  CHECK(group.member_count == 20'000);
  CHECK(group.created_at == 12);
}

namespace {

/// Answers with what it was asked.
class EchoCalls final : public gateway::RoleClient {
 public:
  [[nodiscard]] std::span<const gateway::RouteSpec> routes() const override { return user::kRoutes; }
  Task<gateway::Answer> call(std::size_t route, gateway::Call& call) override {
    if (call.query == "refuse")
      co_return std::unexpected(Error{.code = Code::invalid_fields, .fields = {{"name", "too long"}}});
    net::Reply reply{.status = 201, .content_type = "text/plain", .headers = {{"etag", "\"1\""}, {"x", "\xff"}}};
    reply.body = std::string(routes()[route].method) + " " + std::string(routes()[route].pattern) + " " +
                 call.who.user.str() + " " + call.service + " " + call.query + " " + call.peer + " " + call.body;
    for (const auto& param : call.params) reply.body += "|" + param;
    co_return reply;
  }
};

std::size_t place_of(std::string_view method, std::string_view pattern) {
  for (std::size_t i = 0; i < user::kRoutes.size(); ++i)
    if (user::kRoutes[i].method == method && user::kRoutes[i].pattern == pattern) return i;
  FAIL("no such route");
  return 0;
}

}  // namespace

TEST_CASE("rpc: clients' calls are answered by another process as by this one") {
  EchoCalls role;
  rpc::RoleCalls calls({&role});
  ServingProcess there(serving(calls, rpc::serve_calls));
  AskingProcess here({there.address()});
  rpc::CallClient client(user::kRoutes, here.caller());
  CHECK(client.routes().data() == user::kRoutes.data());

  gateway::Call call{.who = identity(),
                     .params = {"g\xff", "bob"},
                     .query = "a=%20",
                     .body = std::string("\0{}", 3),
                     .peer = "1.2.3.4"};
  const auto answer = here.ask(client.call(place_of("PATCH", "/v1/groups/{key}/members/{user}"), call));
  REQUIRE(answer);
  CHECK(answer->status == 201);
  CHECK(answer->content_type == "text/plain");
  CHECK(answer->body ==
        "PATCH /v1/groups/{key}/members/{user} ann  a=%20 1.2.3.4 " + std::string("\0{}|g\xff|bob", 10));
  REQUIRE(answer->headers.size() == 2);
  CHECK(answer->headers[0].name == "etag");
  CHECK(answer->headers[1].value == "\xff");
  gateway::Call open{.body = "{}"};
  CHECK(here.ask(client.call(place_of("POST", "/v1/sessions"), open))->body == "POST /v1/sessions     {}");
  gateway::Call refused{.who = identity(), .query = "refuse"};
  const auto error = here.ask(client.call(place_of("GET", "/v1/me"), refused));
  CHECK(error.error().code == Code::invalid_fields);
  CHECK(error.error().fields.at("name") == "too long");

  gateway::Call nobody{};
  CHECK(here.ask(client.call(place_of("GET", "/v1/me"), nobody)).error().code == Code::malformed_request);
  rpc::CallClient others(archive::kRoutes, here.caller());
  gateway::Call unknown{.who = identity()};
  CHECK(here.ask(others.call(1, unknown)).error().code == Code::unavailable);
}

TEST_CASE("rpc: who asks through one gateway meets what an earlier answer had changed") {
  /// Says how far its process had heard of the change log when it was asked.
  struct Asked final : gateway::RoleClient {
    changes::ChangeFeed* feed = nullptr;
    [[nodiscard]] std::span<const gateway::RouteSpec> routes() const override { return user::kRoutes; }
    Task<gateway::Answer> call(std::size_t, gateway::Call&) override {
      net::Reply reply;
      reply.status = 200;
      reply.body = std::to_string(feed->position().number);
      co_return reply;
    }
  };
  SystemClock clock;
  changes::TestingChangeLog log;
  log.pulse = &clock;
  changes::ChangeFeed ours(log, clock);
  auto& our_ear = log.last();
  changes::ChangeFeed theirs(log, clock);
  auto& their_ear = log.last();
  Asked role;
  role.feed = &theirs;
  std::atomic<std::uint64_t> told = 0;
  rpc::Heard there_heard(theirs, [&] { return changes::Position{.epoch = 0, .number = told.load()}; });
  rpc::RoleCalls calls({&role}, &there_heard);
  ServingProcess there(serving(calls, rpc::serve_calls));
  AskingProcess here({there.address()});
  rpc::CallClient client(user::kRoutes, here.caller());
  rpc::Heard here_heard(ours);
  client.follow(here_heard);
  const auto change = [&](changes::Follower& deaf) {
    log.deaf = {&deaf};
    REQUIRE(sync_wait(log.publish({changes::card(UserKey("ann"))})));
  };
  const auto hear_later = [&] {
    return std::jthread([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(60));
      log.beat();
    });
  };
  SUBCASE("it is answered when the role has heard what the gateway has") {
    change(their_ear);
    const auto later = hear_later();
    gateway::Call call{.who = identity()};
    CHECK(here.ask(client.call(place_of("GET", "/v1/me"), call))->body == "1");
  }
  SUBCASE("a change is answered when the gateway has heard of it") {
    change(our_ear);
    told = 1;
    const auto later = hear_later();
    gateway::Call call{.who = identity(), .params = {"bob"}};
    CHECK(here.ask(client.call(place_of("DELETE", "/v1/friends/{key}"), call)));
    CHECK(ours.position().number == 1);
  }
  SUBCASE("where it is not heard of, it is answered all the same") {
    change(their_ear);
    gateway::Call call{.who = identity()};
    CHECK(here.ask(client.call(place_of("GET", "/v1/me"), call))->body == "0");
  }
}
