#include <doctest/doctest.h>
#include <fcntl.h>

#include <functional>

#include "gateway/gateway_role.hpp"
#include "net/event_loop.hpp"

// A session that ends while its socket opens: the node is told to close what it has not got yet.

namespace godwit::gateway {
namespace {

class Users final : public user::Service {
 public:
  Task<Result<Identity>> authenticate(std::string_view token) override {
    ++asked;
    if (token != "good" || ended) co_return fail(Code::unauthenticated);
    co_return Identity{.user = UserKey("ann"), .session = SessionId("s-1"), .device = DeviceId("d"), .expires_at = 1'000'000};
  }
  /// As a log-out does it: gone from the store, counted, and the node is told.
  void log_out(node::Service& node) {
    ended = true;
    ++ended_sessions;
    node.close_session(SessionId("s-1"), node::Close::session_ended);
  }
  [[nodiscard]] std::uint64_t revocations() const noexcept override { return ended_sessions; }

  Task<Result<user::ServiceIdentity>> authenticate_service(std::string_view) override {
    co_return fail(Code::unauthenticated);
  }
  Task<Result<bool>> is_admin(const UserKey&) override { co_return false; }
  Task<Result<void>> record_deed(const UserKey&, user::Deed) override { co_return fail(Code::forbidden); }
  void seen(const SessionId&) override {}
  Task<Result<DirectRelation>> relation(const UserKey&, const UserKey&) override { co_return fail(Code::internal); }
  Task<Result<std::shared_ptr<const std::vector<UserKey>>>> awake_friends(const UserKey&) override {
    co_return fail(Code::internal);
  }
  Task<Result<std::shared_ptr<const Roster>>> roster(const GroupKey&) override { co_return fail(Code::not_found); }
  Task<Result<std::vector<Card>>> user_cards(const std::vector<UserKey>&) override { co_return std::vector<Card>(); }
  Task<Result<std::vector<Card>>> group_cards(const std::vector<GroupKey>&) override { co_return std::vector<Card>(); }
  Task<Result<std::vector<UserKey>>> users_after(const UserKey&, std::size_t) override {
    co_return std::vector<UserKey>();
  }

  int asked = 0;
  bool ended = false;
  std::uint64_t ended_sessions = 0;
};

/// One socket at most, like a hub: closing finds it once it was accepted, and not before.
class Node final : public node::Service, public HandOver {
 public:
  void push(node::PushBatch) override {}
  void take(net::RawSocket, Identity who) override {
    if (before_accept) before_accept();
    open = who.session;
  }
  void close_session(const SessionId& session, node::Close code) override {
    if (open == session) closed = static_cast<int>(code), open = {};
  }
  [[nodiscard]] bool online(const UserKey&) const override { return false; }
  [[nodiscard]] std::uint32_t sockets_of(const UserKey&) const override { return 0; }
  [[nodiscard]] const std::string& name() const noexcept override { return name_; }

  std::function<void()> before_accept;
  SessionId open;
  int closed = 0;

 private:
  std::string name_ = "node-1";
};

struct Bed {
  net::Response ask() {
    net::Request request;
    request.method = "GET";
    request.path = "/v1/socket";
    request.headers = {{"host", "here"},           {"upgrade", "websocket"},
                       {"connection", "Upgrade"},  {"sec-websocket-version", "13"},
                       {"authorization", "Bearer good"}, {"sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="}};
    return sync_wait(role.handle(request));
  }

  net::EventLoop loop{"test"};
  ManualClock clock;
  SystemRandom random;
  Log log{::open("/dev/null", O_WRONLY | O_CLOEXEC)};
  Metrics metrics;
  Users users;
  Node node;
  GatewayRole role{1, {.users = users, .node = node, .sockets = node}, {}, clock, random, log, metrics};
};

TEST_CASE("a log-out between the token's proof and the node's taking of the socket closes it with 4502") {
  Bed bed;
  auto response = bed.ask();
  REQUIRE(response.status == 101);
  SUBCASE("before the socket is handed over") {
    bed.users.log_out(bed.node);
    response.take_over(net::RawSocket{.fd = -1, .early = {}, .loop = &bed.loop});
  }
  SUBCASE("while it is handed over") {
    bed.node.before_accept = [&] { bed.users.log_out(bed.node); };
    response.take_over(net::RawSocket{.fd = -1, .early = {}, .loop = &bed.loop});
  }
  SUBCASE("behind that") {
    response.take_over(net::RawSocket{.fd = -1, .early = {}, .loop = &bed.loop});
    CHECK(bed.node.closed == 0);
    bed.users.log_out(bed.node);
  }
  CHECK(bed.node.closed == 4502);
}

TEST_CASE("somebody else's log-out costs a second look, and no log-out none") {
  Bed bed;
  auto first = bed.ask();
  first.take_over(net::RawSocket{.fd = -1, .early = {}, .loop = &bed.loop});
  CHECK(bed.users.asked == 1);
  auto second = bed.ask();
  ++bed.users.ended_sessions;
  second.take_over(net::RawSocket{.fd = -1, .early = {}, .loop = &bed.loop});
  CHECK(bed.users.asked == 3);
  CHECK(bed.node.open == SessionId("s-1"));
  CHECK(bed.node.closed == 0);
}

}  // namespace
}  // namespace godwit::gateway
