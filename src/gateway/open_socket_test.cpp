#include <doctest/doctest.h>
#include <fcntl.h>

#include <functional>

#include "engine/memory/registry.hpp"
#include "gateway/gateway_role.hpp"
#include "net/loop/event_loop.hpp"
#include "service/call_table.hpp"
#include "service/fake_users.hpp"
#include "service/testing_change_log.hpp"
#include "wire/json.hpp"
#include "wire/reply.hpp"

// What the gateway remembers of a token, and what it hands over with a socket.

namespace godwit::gateway {
namespace {

class Users final : public user::FakeUsers {
 public:
  explicit Users(changes::ChangeFeed& feed) : feed_(feed) {}
  Task<Result<user::Proven>> authenticate(std::string_view token) override {
    ++asked;
    const auto as_of = feed_.position();
    if (token != "good" || ended) co_return fail(Code::unauthenticated);
    if (while_asked) while_asked();
    co_return user::Proven{.who = {.user = UserKey("ann"),
                                   .session = SessionId("s-1"),
                                   .device = DeviceId("d"),
                                   .expires_at = 2'000'000'000'000},
                           .as_of = as_of};
  }
  Task<Result<user::Proven>> prove_again(Identity) override { co_return fail(Code::internal); }

  int asked = 0;
  bool ended = false;
  std::function<void()> while_asked;

 private:
  changes::ChangeFeed& feed_;
};

class Sockets final : public HandOver {
 public:
  void take(net::RawSocket, user::Proven proven, Slots::Slot slot) override {
    taken.push_back(std::move(proven));
    opening.push_back(std::move(slot));
  }
  Result<void> ready() override {
    if (full) return fail(Code::unavailable);
    return {};
  }
  std::vector<user::Proven> taken;
  std::vector<Slots::Slot> opening;
  bool full = false;
};

/// Of a client that wants a socket.
net::Request upgrade_of(const char* path) {
  net::Request request;
  request.method = "GET";
  request.path = path;
  request.headers = {{"host", "here"},
                     {"upgrade", "websocket"},
                     {"connection", "Upgrade"},
                     {"sec-websocket-version", "13"},
                     {"authorization", "Bearer good"},
                     {"sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="}};
  return request;
}

/// That asks where to open one.
net::Request offer_of(std::string body, std::vector<net::Header> more = {}) {
  net::Request request;
  request.method = "POST";
  request.path = "/v1/sockets";
  request.body = std::move(body);
  request.has_body = true;
  request.headers = {{"host", "chat.example"}, {"content-type", "application/json"}, {"authorization", "Bearer good"}};
  for (auto& header : more) request.headers.push_back(std::move(header));
  return request;
}

struct Bed {
  explicit Bed(Settings with = {}) : settings(std::move(with)) {}
  net::Response ask(const char* path) {
    auto request = upgrade_of(path);
    return sync_wait(role.handle(request));
  }
  int call() { return ask("/v1/mine").status; }
  void end(const char* session) {
    (void)sync_wait(log_of_changes.publish({changes::session_ended(SessionId(session))}));
  }

  net::EventLoop loop{"test"};
  ManualClock clock;
  SystemRandom random;
  Log log{::open("/dev/null", O_WRONLY | O_CLOEXEC)};
  Metrics metrics;
  changes::TestingChangeLog log_of_changes;
  changes::ChangeFeed feed{log_of_changes, clock};
  Users users{feed};
  Sockets sockets;
  Settings settings;
  GatewayRole role{1, {.users = users, .feed = feed, .sockets = sockets}, settings, clock, random, log, metrics};
};

/// A role with one call, which remembers how it was made.
struct BedWithCall : Bed {
  using Calls = CallTable<Call>;
  static constexpr auto kRoutes = std::to_array<RouteSpec>({{"GET", "/v1/mine"}, {"GET", "/v1/mine/{id}"}});
  static Task<Answer> answer(Call& seen, Call& call) {
    seen = std::move(call);
    co_return wire::reply(200, "{}");
  }
  static std::vector<Calls::Binding> bindings() {
    return {{"GET", "/v1/mine", answer}, {"GET", "/v1/mine/{id}", answer}};
  }
  BedWithCall() { role.add(calls); }

  Call seen;
  Calls calls{seen, kRoutes, bindings()};
};

TEST_CASE("a role is given values: who calls, the path's parameters, query, body and address") {
  BedWithCall bed;
  net::Request request;
  request.method = "GET";
  request.path = "/v1/mine/a%20b";
  request.query = "limit=3";
  request.body = "{}";
  request.peer = "192.0.2.1";
  request.headers = {{"authorization", "Bearer good"}};
  CHECK(sync_wait(bed.role.handle(request)).status == 200);
  CHECK(bed.seen.who.session == SessionId("s-1"));
  CHECK(bed.seen.params == std::vector<std::string>{"a b"});
  CHECK(bed.seen.query == "limit=3");
  CHECK(bed.seen.body == "{}");
  CHECK(bed.seen.peer == "192.0.2.1");
}

TEST_CASE("a socket is handed over with the place in the change log as of which its token was proven") {
  Bed bed;
  bed.end("s-0");
  auto response = bed.ask("/v1/socket");
  REQUIRE(response.status == 101);
  bed.end("s-1");  // between the proof and the hand-over: the node sees it by the place
  response.take_over(net::RawSocket{.fd = -1, .early = {}, .loop = &bed.loop});
  REQUIRE(bed.sockets.taken.size() == 1);
  CHECK(bed.sockets.taken[0].who.session == SessionId("s-1"));
  CHECK(bed.sockets.taken[0].as_of == changes::Position{.number = 1});
  CHECK(bed.feed.position() == changes::Position{.number = 2});
}

TEST_CASE("a socket that no node would take is refused before it is upgraded") {
  Bed bed;
  bed.sockets.full = true;
  CHECK(bed.ask("/v1/socket").status == 503);
  bed.sockets.full = false;
  CHECK(bed.ask("/v1/socket").status == 101);
}

TEST_CASE("so many sockets open at a time: the next is refused until one stands, or will never") {
  Bed bed({.openings = 1, .openings_waiting = 0});
  std::optional response = bed.ask("/v1/socket");
  REQUIRE(response->status == 101);
  auto refused = bed.ask("/v1/socket");
  CHECK(refused.status == 503);
  CHECK(refused.body.contains("too many wait before"));
  response->take_over(net::RawSocket{.fd = -1, .early = {}, .loop = &bed.loop});
  response.reset();
  CHECK(bed.ask("/v1/socket").status == 503);
  bed.sockets.opening.clear();  // the node has answered
  response = bed.ask("/v1/socket");
  CHECK(response->status == 101);
  response.reset();  // the client went before its 101
  bed.sockets.full = true;
  CHECK(bed.ask("/v1/socket").body.contains("too many wait") == false);
  bed.sockets.full = false;
  CHECK(bed.ask("/v1/socket").status == 101);
}

/// A gateway that sends sockets to nodes, of which one lives.
struct BedWithOffers : Bed {
  net::Response offer(std::string body, std::vector<net::Header> more = {}) {
    auto request = offer_of(std::move(body), std::move(more));
    return sync_wait(direct.handle(request));
  }
  engine::memory::MemoryRegistry registry{clock, engine::memory::kOneProcess};
  registry::Node node = *sync_wait(registry.join("one"));
  SocketOffers offers{registry, {.nodes = {{"one", "ws://one.example"}}, .secret = "the secret"}, clock, random};
  Metrics others;
  GatewayRole direct{
      1, {.users = users, .feed = feed, .sockets = sockets, .offers = &offers}, {}, clock, random, log, others};
};

TEST_CASE("a gateway that relays offers no socket elsewhere") {
  Bed bed;
  auto request = offer_of("{}");
  CHECK(sync_wait(bed.role.handle(request)).status == 404);
}

TEST_CASE("an offer is for whose token it is, and for pages of the host that was asked") {
  BedWithOffers bed;
  const auto answer = bed.offer("{}", {{"origin", "https://chat.example"}});
  REQUIRE(answer.status == 201);
  const auto parsed = wire::Fields::parse(answer.body);
  REQUIRE(parsed);
  auto fields = *parsed;
  CHECK(fields.text("url") == "ws://one.example/v1/socket");
  CHECK(fields.text("node") == "one");
  CHECK(fields.integer("expiresAt") == bed.clock.now() + 30'000);
  const auto ticket = TicketSigner("the secret").verify(fields.text("ticket"), "one", bed.clock.now());
  REQUIRE(ticket);
  CHECK(ticket->who.user == UserKey("ann"));
  CHECK(ticket->who.session == SessionId("s-1"));
  CHECK(ticket->who.expires_at == 2'000'000'000'000);
  CHECK(ticket->host == "chat.example");
}

TEST_CASE("an offer is refused without a session, to pages of others, and too often") {
  BedWithOffers bed;
  CHECK(bed.offer(R"({"avoid":5})").status == 422);
  CHECK(bed.offer("{}", {{"origin", "https://evil.example"}}).status == 403);
  bed.users.ended = true;
  bed.end("s-1");
  CHECK(bed.offer("{}").status == 401);
  bed.users.ended = false;
  int given = 0, limited = 0;
  for (int i = 0; i < 40; ++i) ++(bed.offer("{}").status == 429 ? limited : given);
  CHECK(given == 30);
  CHECK(limited == 10);
}

TEST_CASE("a gateway that sends sockets elsewhere takes those that come to it all the same") {
  BedWithOffers bed;
  auto request = upgrade_of("/v1/socket");
  CHECK(sync_wait(bed.direct.handle(request)).status == 101);
}

TEST_CASE("a token is proven once, and again when any session has ended") {
  BedWithCall bed;
  for (int i = 0; i < 3; ++i) CHECK(bed.call() == 200);
  CHECK(bed.users.asked == 1);
  bed.end("s-9");
  CHECK(bed.call() == 200);
  CHECK(bed.users.asked == 2);
  bed.users.ended = true;
  bed.end("s-1");
  CHECK(bed.call() == 401);
  CHECK(bed.users.asked == 3);
}

TEST_CASE("a proof that a log-out overtook is not kept") {
  BedWithCall bed;
  bed.users.while_asked = [&] { bed.end("s-1"); };
  CHECK(bed.call() == 200);  // it was asked before
  bed.users.while_asked = nullptr;
  bed.users.ended = true;
  CHECK(bed.call() == 401);
}

TEST_CASE("while nothing is heard of changes no token is believed without asking") {
  BedWithCall bed;
  bed.log_of_changes.pulse = &bed.clock;
  bed.log_of_changes.beat();
  CHECK(bed.call() == 200);
  CHECK(bed.call() == 200);
  CHECK(bed.users.asked == 1);
  bed.clock.advance(1000);
  CHECK(bed.call() == 200);
  CHECK(bed.call() == 200);
  CHECK(bed.users.asked == 3);
  bed.log_of_changes.beat();
  CHECK(bed.call() == 200);  // what was known before the silence is not believed after it
  CHECK(bed.call() == 200);
  CHECK(bed.users.asked == 4);
  bed.log_of_changes.last().lost();
  CHECK(bed.call() == 200);
  CHECK(bed.users.asked == 5);
}

}  // namespace
}  // namespace godwit::gateway
