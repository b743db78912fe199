#include "gateway/ticket_door.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <functional>
#include <string>

#include "net/loop/event_loop.hpp"
#include "service/fake_users.hpp"

namespace godwit::gateway {
namespace {

constexpr auto kSecret = "the secret of this house";

class Users final : public user::FakeUsers {
 public:
  Task<Result<user::Proven>> prove_again(Identity who) override {
    ++asked;
    if (away) co_return fail(Code::unavailable);
    if (ended) co_return fail(Code::unauthenticated);
    co_return user::Proven{.who = std::move(who), .as_of = {.epoch = 3, .number = 7}};
  }
  int asked = 0;
  bool away = false, ended = false;
};

class Sockets final : public HandOver {
 public:
  void take(net::RawSocket, user::Proven proven, Slots::Slot) override { taken.push_back(std::move(proven)); }
  Result<void> ready() override {
    if (full) return fail(Code::unavailable);
    return {};
  }
  std::vector<user::Proven> taken;
  bool full = false;
};

struct Bed {
  ~Bed() {
    for (const int fd : pipe) ::close(fd);
  }
  /// Of a socket for ann, as the gateway at chat.example gives it now.
  std::string ticket(const std::function<void(Ticket&)>& change = {}, const char* secret = kSecret) {
    Ticket ticket{.node = "node-1",
                  .who = {.user = UserKey("ann"),
                          .session = SessionId("s-1"),
                          .device = DeviceId("d"),
                          .expires_at = 2'000'000'000'000},
                  .host = "chat.example",
                  .number = random.hex(32),
                  .issued_at = clock.now(),
                  .expires_at = clock.now() + 30'000};
    if (change) change(ticket);
    return TicketSigner(secret).sign(ticket);
  }
  net::Response ask(const std::string& bearer, std::vector<net::Header> more = {}, std::string query = {}) {
    net::Request request;
    request.method = "GET";
    request.path = "/v1/socket";
    request.query = std::move(query);
    request.peer = "192.0.2.1";
    request.headers = {{"host", "node.example"},
                       {"upgrade", "websocket"},
                       {"connection", "Upgrade"},
                       {"sec-websocket-version", "13"},
                       {"sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="}};
    if (!bearer.empty()) request.headers.push_back({"authorization", "Bearer " + bearer});
    for (auto& header : more) request.headers.push_back(std::move(header));
    return sync_wait(door.handle(request));
  }
  int status(const std::string& bearer, std::vector<net::Header> more = {}) {
    return ask(bearer, std::move(more)).status;
  }
  /// The same, but one that is no ticket, of another path or method.
  net::Response plain(const char* method, const char* path) {
    net::Request request;
    request.method = method;
    request.path = path;
    return sync_wait(door.handle(request));
  }
  std::string logged() {
    std::string text(65'536, '\0');
    const auto size = ::read(pipe[0], text.data(), text.size());
    return text.substr(0, size < 0 ? 0 : static_cast<std::size_t>(size));
  }

  static std::array<int, 2> new_pipe() {
    std::array<int, 2> ends{};
    REQUIRE(::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) == 0);
    return ends;
  }

  std::array<int, 2> pipe = new_pipe();
  net::EventLoop loop{"test"};
  ManualClock clock;
  SystemRandom random;
  Log log{pipe[1], Level::debug};
  Metrics metrics;
  Users users;
  Sockets sockets;
  TicketDoor::Settings settings{
      .node = "node-1", .secret = kSecret, .origins = {"https://other.example"}, .bad_tickets_per_address = 5};
  TicketDoor door{users, sockets, settings, clock, random, log, metrics};
};

TEST_CASE("a ticket opens a socket for whom it names, proven as of now") {
  Bed bed;
  auto response = bed.ask(bed.ticket(), {{"sec-websocket-protocol", "godwit.v1"}});
  REQUIRE(response.status == 101);
  const auto chosen = std::ranges::find(response.headers, "sec-websocket-protocol", &net::Header::name);
  REQUIRE(chosen != response.headers.end());
  CHECK(chosen->value == "godwit.v1");
  response.take_over(net::RawSocket{.fd = -1, .early = {}, .loop = &bed.loop});
  REQUIRE(bed.sockets.taken.size() == 1);
  CHECK(bed.sockets.taken[0].who.user == UserKey("ann"));
  CHECK(bed.sockets.taken[0].who.session == SessionId("s-1"));
  CHECK(bed.sockets.taken[0].who.expires_at == 2'000'000'000'000);
  CHECK(bed.sockets.taken[0].as_of == changes::Position{.epoch = 3, .number = 7});
}

TEST_CASE("it comes wherever a token would") {
  Bed bed;
  CHECK(bed.ask("", {{"sec-websocket-protocol", "godwit.v1, bearer." + bed.ticket()}}).status == 101);
  CHECK(bed.ask("", {}, "token=" + bed.ticket()).status == 101);
  CHECK(bed.ask("").status == 401);
}

TEST_CASE("it is good once") {
  Bed bed;
  const auto ticket = bed.ticket();
  CHECK(bed.status(ticket) == 101);
  CHECK(bed.status(ticket) == 401);
  bed.clock.advance(29'999);
  CHECK(bed.status(ticket) == 401);
  bed.clock.advance(1);
  CHECK(bed.status(ticket) == 401);  // it has expired
  CHECK(bed.users.asked == 1);
}

TEST_CASE("changed, expired, of another node or another house it opens nothing, and nobody is asked") {
  Bed bed;
  auto changed = bed.ticket();
  changed[changed.size() / 2] = changed[changed.size() / 2] == 'A' ? 'B' : 'A';
  CHECK(bed.status(changed) == 401);
  CHECK(bed.status(bed.ticket([](Ticket& ticket) { ticket.node = "node-2"; })) == 401);
  CHECK(bed.status(bed.ticket([&](Ticket& ticket) { ticket.expires_at = bed.clock.now(); })) == 401);
  CHECK(bed.status(bed.ticket({}, "the secret of another house")) == 401);
  CHECK(bed.users.asked == 0);
}

TEST_CASE("what was given before the node came up may have been used then, and is not taken") {
  Bed bed;
  CHECK(bed.status(bed.ticket([](Ticket& ticket) { --ticket.issued_at; })) == 401);
  CHECK(bed.status(bed.ticket()) == 101);
}

TEST_CASE("pages of the gateway's host and of gateway.origins may use it, others may not, and spend nothing") {
  Bed bed;
  const auto ticket = bed.ticket();
  for (const auto* foreign : {"https://evil.example", "null", "https://node.example", "https://chat.example:8443"})
    CHECK(bed.status(ticket, {{"origin", foreign}}) == 403);
  CHECK(bed.users.asked == 0);
  CHECK(bed.status(ticket, {{"origin", "https://chat.example"}}) == 101);
  CHECK(bed.status(bed.ticket(), {{"origin", "https://other.example"}}) == 101);
  const auto without = bed.ticket([](Ticket& given) { given.host.clear(); });
  CHECK(bed.status(without, {{"origin", "https://chat.example"}}) == 403);
  CHECK(bed.logged().contains("gateway.origins"));
}

TEST_CASE("a session that ended since, or that nobody can prove, opens no socket") {
  Bed bed;
  bed.users.ended = true;
  CHECK(bed.status(bed.ticket()) == 401);
  bed.users.ended = false;
  bed.users.away = true;
  CHECK(bed.status(bed.ticket()) == 503);
  CHECK(bed.logged().contains("socket_failed"));
  bed.users.away = false;
  bed.sockets.full = true;
  CHECK(bed.status(bed.ticket()) == 503);
}

TEST_CASE("guessing costs the address") {
  Bed bed;
  std::array<int, 2> seen{};
  for (int i = 0; i < 20; ++i) ++seen.at(bed.status("a guess") == 429 ? 1 : 0);
  CHECK(seen[0] == 10);
  CHECK(seen[1] == 10);
  CHECK(bed.status(bed.ticket()) == 101);  // who has one is let in all the same
}

TEST_CASE("there is nothing else behind this door") {
  Bed bed;
  CHECK(bed.plain("GET", "/healthz").status == 200);
  CHECK(bed.plain("GET", "/v1/me").status == 404);
  CHECK(bed.plain("GET", "/").status == 404);
  CHECK(bed.plain("POST", "/v1/socket").status == 405);
  CHECK(bed.plain("GET", "/v1/socket").status == 426);
}

TEST_CASE("no log line and no answer has the ticket") {
  Bed bed;
  const auto ticket = bed.ticket();
  std::string answers;
  for (const auto* origin : {"https://evil.example", "", ""}) {
    const auto answer = bed.ask("", {{"origin", origin}}, "token=" + ticket);
    answers += answer.body;
    for (const auto& header : answer.headers) answers += header.value;
  }
  CHECK_FALSE(answers.contains(ticket));
  CHECK_FALSE(bed.logged().contains(ticket));
}

TEST_CASE("used tickets are remembered until they expire, and no more of them than fit") {
  UsedTickets used(3);
  const auto take = [&](const char* number, Millis expires, Millis now) {
    const auto taken = used.take({.number = number, .expires_at = expires}, now);
    return taken ? Code{} : taken.error().code;
  };
  CHECK(take("a", 10, 0) == Code{});
  CHECK(take("b", 20, 0) == Code{});
  CHECK(take("c", 20, 0) == Code{});
  CHECK(take("d", 20, 9) == Code::unavailable);
  CHECK(take("b", 20, 9) == Code::unauthenticated);
  CHECK(take("d", 20, 10) == Code{});
  CHECK(take("e", 30, 19) == Code::unavailable);
  CHECK(take("e", 30, 20) == Code{});
}

}  // namespace
}  // namespace godwit::gateway
