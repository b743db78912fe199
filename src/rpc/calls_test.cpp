#include <doctest/doctest.h>

#include <latch>
#include <thread>

#include "base/gather.hpp"
#include "godwit/rpc/v1/rpc.pb.h"
#include "godwit/user/v1/user.pb.h"
#include "net/grpc/channel.hpp"
#include "net/grpc/server.hpp"
#include "net/grpc/testing_certificates.hpp"
#include "rpc/error_values.hpp"
#include "rpc/handshake.hpp"
#include "rpc/rpc_fixture.hpp"
#include "rpc/testing_proxy.hpp"

using namespace godwit;
using namespace godwit::rpc::testing;
using namespace std::chrono_literals;
using rpc::Method;
using user::v1::IsAdminReply;
using user::v1::IsAdminRequest;
using Steady = std::chrono::steady_clock;

namespace {

constexpr Method kRead{"/t.T/Ask", 10'000ms, true}, kWrite{"/t.T/Ask", 10'000ms, false};

/// The two ways that calls go, for what has to hold for both: each by itself, or sharing messages.
struct Alone {
  static constexpr bool kShort = false;
};
struct Sharing {
  static constexpr bool kShort = true;
};
template <class Way>
constexpr Method reading(std::chrono::milliseconds deadline = 10s) {
  return {"/t.T/Ask", deadline, true, Way::kShort};
}
template <class Way>
constexpr Method writing(std::chrono::milliseconds deadline = 10s) {
  return {"/t.T/Ask", deadline, false, Way::kShort};
}

/// What a process answers to "/t.T/Ask": `true`, once the gate is open.
struct Asked {
  std::atomic<int> asked{0}, ended{0};
  std::atomic<bool> shut{false};
  Error error{};
  bool fails = false;
};
Task<Result<IsAdminReply>> answer(Asked& role, const IsAdminRequest&) {
  ++role.asked;
  while (role.shut) co_await sleep_for(*Executor::current(), 5ms);
  ++role.ended;
  if (role.fails) co_return std::unexpected(role.error);
  IsAdminReply reply;
  reply.set_admin(true);
  co_return reply;
}
rpc::Services serving(Asked& role) {
  rpc::Services services;
  services.add(kRead, role, &answer);
  return services;
}

Result<bool> ask(AskingProcess& here, const Method& method = kRead, std::string user = "ann") {
  IsAdminRequest request;
  request.set_user(std::move(user));
  auto reply = here.ask(here.caller().call<IsAdminReply>(method, request));
  if (!reply) return std::unexpected(reply.error());
  return reply->admin();
}
void await(const std::atomic<int>& count, int at_least) {
  for (int tries = 0; tries < 2000 && count < at_least; ++tries) std::this_thread::sleep_for(5ms);
  REQUIRE(count >= at_least);
}
/// Opens the gate, and waits for those behind it whom nobody waits for any more.
void let_go(Asked& role) {
  role.shut = false;
  await(role.ended, role.asked);
}

/// Listens where one of the house may have listened, knows no secret, and keeps what it hears.
class Impostor {
 public:
  explicit Impostor(std::string address = "127.0.0.1:0")
      : server_({.address = std::move(address)}, {&worker_}, [this](net::GrpcIncoming call) {
          std::lock_guard lock(mutex_);
          heard_.push_back(call.method + " " + call.body);
          return [](net::GrpcIncoming) -> Task<net::GrpcOutgoing> { co_return net::GrpcOutgoing{}; }(std::move(call));
        }) {}
  [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(server_.port()); }
  /// Every call but that for a proof.
  [[nodiscard]] std::vector<std::string> heard() {
    std::lock_guard lock(mutex_);
    std::erase_if(heard_, [](const auto& one) { return one.starts_with(rpc::kProve.path); });
    return heard_;
  }

 private:
  Worker worker_{"impostor"};
  std::mutex mutex_;
  std::vector<std::string> heard_;
  net::GrpcServer server_;
};

net::GrpcEnd raw_call(const std::string& address, std::string method, net::GrpcMetadata metadata) {
  net::GrpcChannel channel(address, {});
  const IsAdminRequest request;
  IsAdminReply reply;
  return sync_wait(
      channel.attempt(std::move(method), request, reply, {.timeout = 10s, .metadata = std::move(metadata)}));
}

}  // namespace

TEST_CASE_TEMPLATE("rpc: who has another secret tells a server nothing", Way, Alone, Sharing) {
  Asked role;
  ServingProcess there(serving(role));
  AskingProcess here({there.address()}, {}, "another secret, as long");
  const auto got = ask(here, reading<Way>());
  REQUIRE_FALSE(got);
  CHECK(got.error().code == Code::unavailable);
  CHECK(role.asked == 0);
}

TEST_CASE("rpc: a server answers nobody who does not show the secret; other makes show it itself") {
  Asked role;
  ServingProcess there(serving(role));
  const std::string bearer = "Bearer " + std::string(kSecretText);
  CHECK(raw_call(there.address(), "/t.T/Ask", {}).status == 16);
  CHECK(raw_call(there.address(), "/t.T/Ask", {{"godwit-proof-bin", std::string(32, 'x')}}).status == 16);
  CHECK(raw_call(there.address(), "/t.T/Ask", {{"godwit-proof-bin", ""}}).status == 16);
  CHECK(raw_call(there.address(), "/t.T/Ask", {{"authorization", bearer + "x"}}).status == 16);
  CHECK(raw_call(there.address(), "/t.T/Ask", {{"authorization", "Bearer "}}).status == 16);
  CHECK(role.asked == 0);
  CHECK(raw_call(there.address(), "/t.T/Ask", {{"authorization", bearer}}).status == 0);
  CHECK(raw_call(there.address(), "/t.T/ask", {{"authorization", bearer}}).status == 0);  // as Dubbo says it
  CHECK(role.asked == 2);
  CHECK(raw_call(there.address(), "/t.T/Other", {{"authorization", bearer}}).status == 12);
  CHECK(raw_call(there.address(), "/godwit.rpc.v1.Handshake/Prove", {}).status == 3);  // no nonce
  CHECK_THROWS_AS(rpc::Secret("too short"), std::invalid_argument);
}

TEST_CASE_TEMPLATE("rpc: an impostor hears nothing of value, neither at first nor in the place of who was proven", Way,
                   Alone, Sharing) {
  Impostor impostor;
  AskingProcess here({impostor.address()});
  CHECK(ask(here, reading<Way>()).error().code == Code::unavailable);
  CHECK(impostor.heard().empty());

  Asked role;
  std::string address;
  AskingProcess other({[&] {
    ServingProcess there(serving(role));
    return address = there.address();
  }()});
  auto there = std::make_unique<ServingProcess>(serving(role), rpc::Server::Settings{.address = address});
  CHECK(*ask(other, reading<Way>()));
  there.reset();
  Impostor in_its_place(address);
  CHECK(ask(other, reading<Way>()).error().code == Code::unavailable);
  CHECK(ask(other, writing<Way>()).error().code == Code::unavailable);
  CHECK(in_its_place.heard().empty());
}

TEST_CASE_TEMPLATE("rpc: a proof of another life is refused, and the call made again by the right one", Way, Alone,
                   Sharing) {
  const rpc::Secret secret(kSecretText);
  std::atomic<char> life{'a'};
  const auto now = [&] { return std::string(rpc::kLifeBytes, life.load()); };
  std::atomic<int> proofs{0}, begun{0};
  Worker worker("serve");
  net::GrpcServer server({.admit = [&](const net::GrpcIncoming& call) -> std::optional<net::GrpcOutgoing> {
                           if (call.method == rpc::kProve.path || call.value(rpc::kProof) == secret.call_proof(now()))
                             return std::nullopt;
                           return net::GrpcOutgoing{.status = 16, .trailers = {{std::string(rpc::kNotBegun), "prove"}}};
                         }},
                         {&worker}, [&](net::GrpcIncoming call) -> Task<net::GrpcOutgoing> {
                           net::GrpcOutgoing out{.trailers = {{std::string(rpc::kProof), secret.answer_proof(now())}}};
                           ++(call.method == rpc::kProve.path ? proofs : begun);
                           if (call.method == rpc::kProve.path) {
                             rpc::v1::ProveRequest request;
                             rpc::v1::ProveReply reply;
                             CHECK(request.ParseFromString(call.body));
                             reply.set_life(now());
                             reply.set_batches(Way::kShort);
                             reply.set_proof(secret.server_proof(request.nonce(), now()));
                             out.body = reply.SerializeAsString();
                           }
                           return [](net::GrpcOutgoing said) -> Task<net::GrpcOutgoing> {
                             co_return said;
                           }(std::move(out));
                         });
  AskingProcess here({"127.0.0.1:" + std::to_string(server.port())});
  CHECK(ask(here, writing<Way>()));
  life = 'b';
  CHECK(ask(here, writing<Way>()));
  CHECK(proofs == 2);
  CHECK(begun == 2);
}

TEST_CASE_TEMPLATE("rpc: a process that is started anew is asked again, though it is another one", Way, Alone,
                   Sharing) {
  Asked role;
  std::string address;
  auto there = std::make_unique<ServingProcess>(serving(role));
  address = there->address();
  AskingProcess here({address});
  CHECK(*ask(here, reading<Way>()));
  for (int times = 0; times < 3; ++times) {
    there.reset();
    there = std::make_unique<ServingProcess>(serving(role), rpc::Server::Settings{.address = address});
    CHECK(ask(here, writing<Way>()));
  }
  CHECK(role.asked == 4);
}

TEST_CASE_TEMPLATE(
    "rpc: a process that is killed while it works: what may be repeated is, elsewhere, the rest is unknown", Way, Alone,
    Sharing) {
  Asked first, second;
  first.shut = true;
  ServingProcess dying(serving(first)), there(serving(second));
  AskingProcess here({dying.address(), there.address()});
  bool repeatable = false;
  SUBCASE("may be repeated") { repeatable = true; }
  SUBCASE("may not") { repeatable = false; }
  Result<bool> got = false;
  std::jthread asking([&] { got = ask(here, repeatable ? reading<Way>() : writing<Way>()); });
  await(first.asked, 1);
  dying.end();
  asking.join();
  if (repeatable) {
    CHECK(got);
    CHECK(second.asked == 1);
    CHECK(here.connections().repeats.value() == 1);
  } else {
    CHECK(got.error().code == Code::unavailable);
    CHECK(second.asked == 0);
    CHECK(here.connections().failures.value() == 1);
  }
  let_go(first);
}

TEST_CASE_TEMPLATE("rpc: a deadline holds for all tries, and what may not be repeated is tried once", Way, Alone,
                   Sharing) {
  Asked role, second;
  role.shut = second.shut = true;
  ServingProcess there(serving(role)), other(serving(second));
  AskingProcess here({there.address(), other.address()});
  const auto began = Steady::now();
  const auto got = ask(here, reading<Way>(300ms));
  CHECK(Steady::now() - began < 2s);
  CHECK(Steady::now() - began >= 250ms);
  CHECK(got.error().code == Code::unavailable);
  CHECK(role.asked == 1);
  CHECK(second.asked == 1);
  CHECK(ask(here, writing<Way>(300ms)).error().code == Code::unavailable);
  CHECK(role.asked + second.asked == 3);
  let_go(role);
  let_go(second);
}

TEST_CASE_TEMPLATE("rpc: what is asked for while answering is waited for no longer than the answer", Way, Alone,
                   Sharing) {
  struct Middle {
    AskingProcess& on;
    std::atomic<int> ended{0};
    static Task<Result<IsAdminReply>> answer(Middle& self, const IsAdminRequest& request) {
      auto reply = co_await self.on.caller().call<IsAdminReply>(reading<Way>(), request);
      ++self.ended;
      co_return reply;
    }
  };
  Asked role;
  role.shut = true;
  ServingProcess there(serving(role));
  AskingProcess on({there.address()});
  Middle middle{.on = on};
  rpc::Services services;
  services.add(kRead, middle, &Middle::answer);
  ServingProcess between(std::move(services));
  AskingProcess here({between.address()});
  const auto began = Steady::now();
  // More of them than a breaker takes: nothing is held against a peer who was given that little time.
  for (int i = 1; i <= 8; ++i) {
    CHECK_FALSE(ask(here, reading<Way>(100ms)));
    await(middle.ended, i);
  }
  CHECK(Steady::now() - began < 8s);  // one alone would be waited for for 10 s
  let_go(role);
  CHECK(ask(here, reading<Way>()));
}

TEST_CASE_TEMPLATE("rpc: who is stopped costs a read a share of its time: another peer answers", Way, Alone, Sharing) {
  Asked stopped, second;
  stopped.shut = true;
  ServingProcess there(serving(stopped)), other(serving(second));
  AskingProcess here({there.address(), other.address()});
  for (int i = 0; i < 4; ++i) CHECK(ask(here, reading<Way>(2s)));
  CHECK(stopped.asked > 0);
  let_go(stopped);
}

TEST_CASE_TEMPLATE("rpc: who fails again and again is left alone for a while, then asked by one call", Way, Alone,
                   Sharing) {
  Asked role;
  std::string address;
  {
    ServingProcess gone(serving(role));
    address = gone.address();
  }
  AskingProcess here({address}, {.breaker = {.failures = 3, .open_ms = 600}});
  for (int i = 0; i < 3; ++i) CHECK(ask(here, reading<Way>()).error().code == Code::unavailable);
  ServingProcess back(serving(role), {.address = address});
  const auto refused = ask(here, reading<Way>());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Code::unavailable);
  CHECK(refused.error().retry_after_s == 1);
  CHECK(role.asked == 0);
  std::this_thread::sleep_for(700ms);
  for (int tries = 0; tries < 20 && !ask(here, reading<Way>()); ++tries) std::this_thread::sleep_for(200ms);
  CHECK(ask(here, reading<Way>()));
}

TEST_CASE_TEMPLATE("rpc: peers take turns; one that is not there costs nobody an answer", Way, Alone, Sharing) {
  Asked first, second;
  std::string gone;
  {
    Asked none;
    gone = ServingProcess(serving(none)).address();
  }
  ServingProcess one(serving(first)), two(serving(second));
  AskingProcess here({one.address(), gone, two.address()});
  for (int i = 0; i < 30; ++i) CHECK(ask(here, writing<Way>()));
  CHECK(first.asked + second.asked == 30);
  CHECK(first.asked >= 10);
  CHECK(second.asked >= 10);
  AskingProcess alone({});
  CHECK(ask(alone, reading<Way>()).error().code == Code::unavailable);
}

TEST_CASE("rpc: calls about the same ask the same peer first, and another where it is not there") {
  Asked one, two;
  ServingProcess first(serving(one));
  std::optional<ServingProcess> second(std::in_place, serving(two));
  AskingProcess here({first.address(), second->address()});
  const auto ask_about = [&](std::size_t what) {
    const IsAdminRequest request;
    return here.ask(here.caller().call_about<IsAdminReply>(what, kRead, request)).has_value();
  };
  for (int i = 0; i < 6; ++i) REQUIRE(ask_about(41));
  CHECK(one.asked == 0);
  CHECK(two.asked == 6);
  for (int i = 0; i < 4; ++i) REQUIRE(ask_about(40));
  CHECK(one.asked == 4);
  second.reset();
  for (int i = 0; i < 4; ++i) REQUIRE(ask_about(41));
  CHECK(one.asked == 8);
}

TEST_CASE_TEMPLATE("rpc: who has too much to do, or is going, passes calls on: nothing of them was begun", Way, Alone,
                   Sharing) {
  Asked first, second;
  first.shut = true;
  ServingProcess full(serving(first), {.most_calls = 1}), free(serving(second));
  AskingProcess here({full.address(), free.address()});
  std::jthread holding([&] { CHECK(ask(here, writing<Way>())); });
  await(first.asked, 1);
  for (int i = 0; i < 10; ++i) CHECK(ask(here, writing<Way>()));
  CHECK(first.asked == 1);
  CHECK(second.asked == 10);
  AskingProcess other({full.address()});
  const auto busy = ask(other, writing<Way>());
  REQUIRE_FALSE(busy);
  CHECK(busy.error().code == Code::unavailable);
  CHECK(busy.error().retry_after_s == 1);
  first.shut = false;
}

TEST_CASE_TEMPLATE("rpc: a process leaves under load without one call lost", Way, Alone, Sharing) {
  Asked first, second;
  auto leaving = std::make_unique<ServingProcess>(serving(first));
  ServingProcess staying(serving(second));
  AskingProcess here({leaving->address(), staying.address()});
  std::atomic<bool> stop{false};
  std::atomic<int> good{0}, bad{0};
  {
    std::vector<std::jthread> asking;
    for (int i = 0; i < 4; ++i)
      asking.emplace_back([&] {
        while (!stop) ++(ask(here, writing<Way>()) ? good : bad);
      });
    await(first.asked, 50);
    CHECK(leaving->server().stop(5s));
    leaving.reset();
    await(second.asked, second.asked + 50);
    stop = true;
  }
  CHECK(bad == 0);
  CHECK(good == first.asked + second.asked);
}

TEST_CASE_TEMPLATE("rpc: every error crosses a call, with all it says", Way, Alone, Sharing) {
  Asked role;
  role.fails = true;
  ServingProcess there(serving(role));
  AskingProcess here({there.address()});
  for (unsigned i = 0; i <= static_cast<unsigned>(Code::unavailable); ++i) {
    role.error = {.code = static_cast<Code>(i),
                  .detail = "why " + std::to_string(i),
                  .fields = {{"name", "too long"}},
                  .retry_after_s = i,
                  .limit = i + 1};
    const auto got = ask(here, reading<Way>());
    REQUIRE_FALSE(got);
    CHECK(got.error().code == role.error.code);
    CHECK(got.error().detail == role.error.detail);
    CHECK(got.error().fields == role.error.fields);
    CHECK(got.error().retry_after_s == role.error.retry_after_s);
    CHECK(got.error().limit == role.error.limit);
  }
  CHECK(role.asked == static_cast<int>(Code::unavailable) + 1);  // an answer is no failure: nothing was tried twice
  const auto raw = raw_call(there.address(), "/t.T/Ask", {{"authorization", "Bearer " + std::string(kSecretText)}});
  CHECK(raw.status == 14);
  CHECK(raw.message == "unavailable: why 44; name: too long");
}

TEST_CASE_TEMPLATE("rpc: 10,000 calls at a time are bounded on either side, and each ends", Way, Alone, Sharing) {
  Asked role;
  role.shut = true;
  ServingProcess there(serving(role), {.most_calls = 1000});
  AskingProcess here({there.address()}, {.most_calls = 3000});
  std::atomic<int> good{0}, unavailable{0}, other{0};
  std::latch all(10'000);
  here.home().post([&] {
    for (int i = 0; i < 10'000; ++i) {
      spawn([](rpc::Caller& caller, std::atomic<int>& ok, std::atomic<int>& no, std::atomic<int>& else_,
               std::latch& done) -> Task<void> {
        const auto got = co_await caller.call<IsAdminReply>(reading<Way>(60s), IsAdminRequest());
        (got ? ok : got.error().code == Code::unavailable ? no : else_)++;
        done.count_down();
      }(here.caller(), good, unavailable, other, all));
    }
  });
  for (int tries = 0; tries < 6000 && unavailable + other < 9000; ++tries) std::this_thread::sleep_for(5ms);
  CHECK(there.server().running() == 1000);
  role.shut = false;
  all.wait();
  CHECK(good == 1000);
  CHECK(unavailable == 9000);
  CHECK(other == 0);
  CHECK(ask(here, reading<Way>()));
}

TEST_CASE_TEMPLATE("rpc: what is under way ends with the connections", Way, Alone, Sharing) {
  Asked role;
  role.shut = true;
  ServingProcess there(serving(role));
  AskingProcess here({there.address()});
  std::jthread asking([&] { CHECK(ask(here, reading<Way>()).error().code == Code::unavailable); });
  await(role.asked, 1);
  here.end_calls();
  asking.join();
  let_go(role);
}

TEST_CASE("rpc: an answer that is too long fails its call, and no other") {
  rpc::Services services;
  services.add("/t.T/Ask", [](std::string body) -> Task<Result<std::string>> {
    IsAdminRequest request;
    request.set_user(std::string(body.empty() ? 2'000'000 : 1, 'x'));
    co_return request.SerializeAsString();
  });
  ServingProcess there(std::move(services));
  AskingProcess here({there.address()}, {.most_bytes = 1'000'000});
  CHECK(ask(here, kWrite, "").error().code == Code::internal);
  CHECK(ask(here, kWrite, "a"));
}

TEST_CASE("rpc: a request that is none is refused") {
  Asked role;
  ServingProcess there(serving(role));
  net::GrpcChannel channel(there.address(), {});
  user::v1::AuthenticateRequest request;  // its first field is bytes: no text here
  request.set_token("\xff\xfe");
  IsAdminReply reply;
  const auto end = sync_wait(
      channel.attempt("/t.T/Ask", request, reply,
                      {.timeout = 10s, .metadata = {{"authorization", "Bearer " + std::string(kSecretText)}}}));
  CHECK(end.status == 3);
  CHECK(end.message == "malformed_request: not valid: the request");
  CHECK(role.asked == 0);
}

TEST_CASE("rpc: connections are bounded: the one not asked for longest is closed, and made again") {
  Asked role;
  ServingProcess there(serving(role));
  AskingProcess here({there.address()});
  CHECK(ask(here));
  const auto first = here.connections().at(there.address());
  for (std::size_t i = 0; i < rpc::Connections::kMost; ++i)
    (void)here.connections().at("127.0.0.1:" + std::to_string(20'000 + i));
  CHECK(here.connections().at(there.address()) != first);
  CHECK(ask(here));
}

TEST_CASE_TEMPLATE("rpc: TLS of both sides, besides the secret", Way, Alone, Sharing) {
  using namespace net::testing;
  const net::GrpcTls house{kCertificate, kKey, kAuthority}, strange{kOtherCertificate, kOtherKey, kAuthority};
  Asked role;
  ServingProcess there(serving(role), {.tls = house});
  AskingProcess here({there.address()}, {.tls = house});
  CHECK(ask(here, reading<Way>()));
  AskingProcess plain({there.address()});
  CHECK(ask(plain, reading<Way>()).error().code == Code::unavailable);
  AskingProcess stranger({there.address()}, {.tls = strange});
  CHECK(ask(stranger, reading<Way>()).error().code == Code::unavailable);
  AskingProcess nameless({there.address()}, {.tls = net::GrpcTls{.authorities = kAuthority}});
  CHECK(ask(nameless, reading<Way>()).error().code == Code::unavailable);
  ServingProcess elsewhere(serving(role), {.tls = net::GrpcTls{kOtherCertificate, kOtherKey, kOtherAuthority}});
  AskingProcess misled({elsewhere.address()}, {.tls = house});
  CHECK(ask(misled, reading<Way>()).error().code == Code::unavailable);
  CHECK(role.asked == 1);
}

TEST_CASE_TEMPLATE("rpc: a machine that vanished is noticed though nothing is closed, and other peers are asked", Way,
                   Alone, Sharing) {
  Asked first, second;
  ServingProcess there(serving(first)), other(serving(second));
  FreezingProxy proxy(there.server().port());
  AskingProcess here({proxy.address(), other.address()}, {.keepalive = 500ms});
  CHECK(ask(here, reading<Way>()));
  CHECK(ask(here, reading<Way>()));
  REQUIRE(first.asked == 1);
  proxy.freeze();
  const auto began = Steady::now();
  for (int i = 0; i < 4; ++i) CHECK(ask(here, reading<Way>()));
  CHECK(Steady::now() - began < 8s);  // the deadline of each is 10 s
  CHECK(first.asked == 1);
}

TEST_CASE_TEMPLATE("rpc: a quiet connection under a long call is not taken for a dead one", Way, Alone, Sharing) {
  Asked role;
  role.shut = true;
  ServingProcess there(serving(role));
  AskingProcess here({there.address()}, {.keepalive = 200ms});
  std::jthread opening([&] {
    std::this_thread::sleep_for(3s);
    role.shut = false;
  });
  CHECK(ask(here, writing<Way>()));
}
