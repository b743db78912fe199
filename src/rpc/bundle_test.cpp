#include <doctest/doctest.h>

#include <thread>

#include "base/gather.hpp"
#include "godwit/rpc/v1/rpc.pb.h"
#include "godwit/user/v1/user.pb.h"
#include "net/grpc/channel.hpp"
#include "rpc/rpc_fixture.hpp"

using namespace godwit;
using namespace godwit::rpc::testing;
using namespace std::chrono_literals;
using rpc::Method;
using user::v1::IsAdminReply;
using user::v1::IsAdminRequest;

namespace {

constexpr Method kAsk{"/t.T/Ask", 10'000ms, true, true};

/// What a process answers to "/t.T/Ask": whether the user is "root". Who is called "slow" waits for the gate, "nobody"
/// is not there.
struct Asked {
  std::atomic<bool> shut{true};
  std::atomic<int> slow{0}, ended{0};
  std::mutex mutex;
  Executor* last = nullptr;
  int others = 0, turns = 0;  // calls, and how often the next of them ran on another executor

  void note() {
    std::lock_guard lock(mutex);
    ++others;
    if (std::exchange(last, Executor::current()) != last) ++turns;
  }
};
Task<Result<IsAdminReply>> answer(Asked& role, const IsAdminRequest& request) {
  const auto user = request.user();
  if (user == "slow") {
    ++role.slow;
    while (role.shut) co_await sleep_for(*Executor::current(), 5ms);
    ++role.ended;
  } else {
    role.note();
  }
  if (user == "nobody") co_return fail(Code::not_found, "no " + user);
  IsAdminReply reply;
  reply.set_admin(user == "root");
  co_return reply;
}
struct House {
  Asked role;
  ServingProcess there{[this] {
    rpc::Services services;
    services.add(kAsk, role, &answer);
    return services;
  }()};
  AskingProcess here{{there.address()}};

  Task<Result<bool>> asking(std::string user) {
    IsAdminRequest request;
    request.set_user(std::move(user));
    const auto reply = co_await here.caller().call<IsAdminReply>(kAsk, request);
    if (!reply) co_return std::unexpected(reply.error());
    co_return reply->admin();
  }
  Task<std::vector<Result<bool>>> asking_all(std::vector<std::string> users) {
    Gather<Result<bool>> calls;
    for (auto& user : users) calls.start(asking(std::move(user)));
    co_return co_await calls.all();
  }
  /// Nobody is behind the gate any more, whoever waits.
  void let_go() {
    role.shut = false;
    for (int tries = 0; tries < 2000 && role.ended < role.slow; ++tries) std::this_thread::sleep_for(5ms);
    REQUIRE(role.ended == role.slow);
  }
};

net::GrpcEnd carry(const std::string& address, const rpc::v1::Bundle& bundle, rpc::v1::BundleReply& reply) {
  net::GrpcChannel channel(address, {});
  const net::GrpcMetadata shown{{"authorization", "Bearer " + std::string(kSecretText)}};
  return sync_wait(channel.attempt(std::string(rpc::kCarryPath), bundle, reply, {.timeout = 10s, .metadata = shown}));
}

}  // namespace

TEST_CASE("rpc: calls made at the same time go together, and each is answered by itself") {
  House house;
  std::vector<std::string> users;
  for (int i = 0; i < 90; ++i) users.emplace_back(i % 3 == 0 ? "root" : i % 3 == 1 ? "ann" : "nobody");
  const auto answers = house.here.ask(house.asking_all(users));
  for (std::size_t i = 0; i < users.size(); ++i) {
    const auto& one = answers.at(i);
    if (users[i] == "nobody") {
      REQUIRE_FALSE(one);
      CHECK(one.error().code == Code::not_found);
      CHECK(one.error().detail == "no nobody");
    } else {
      REQUIRE(one);
      CHECK(*one == (users[i] == "root"));
    }
  }
  CHECK(house.role.others == 90);
  CHECK(house.role.turns < 10);  // one by one they take turns
}

TEST_CASE("rpc: whom a bundle does not wait for is asked for alone, and holds nobody up") {
  House house;
  std::vector<std::jthread> waiting;
  for (int i = 0; i < 3; ++i)
    waiting.emplace_back([&] { CHECK_FALSE(house.here.ask(house.asking("slow")).value()); });
  for (int tries = 0; tries < 2000 && house.role.slow < 3; ++tries) std::this_thread::sleep_for(5ms);
  CHECK(house.here.ask(house.asking("root")).value());
  CHECK(house.role.ended == 0);
  for (int tries = 0; tries < 2000 && house.role.slow < 6; ++tries) std::this_thread::sleep_for(5ms);
  CHECK(house.role.slow == 6);  // each in a bundle, and by itself
  house.let_go();
}

TEST_CASE("rpc: a bundle's calls are bounded, and one that is not served does no harm to the others") {
  House house;
  house.role.shut = false;
  rpc::v1::Bundle bundle;
  rpc::v1::BundleReply reply;
  IsAdminRequest request;
  request.set_user("root");
  for (std::size_t i = 0; i < rpc::kMostBundled; ++i) {
    auto& call = *bundle.add_calls();
    call.set_method(i == 7 ? "/t.T/Other" : std::string(kAsk.path));
    call.set_request(i == 8 ? "\xff" : request.SerializeAsString());
  }
  CHECK(carry(house.there.address(), bundle, reply).status == 0);
  REQUIRE(reply.answers_size() == static_cast<int>(rpc::kMostBundled));
  for (int i = 0; i < reply.answers_size(); ++i) CHECK(reply.answers(i).has_response() == (i != 7 && i != 8));
  CHECK(reply.answers(7).has_error());
  CHECK(reply.answers(8).has_error());
  *bundle.add_calls() = bundle.calls(0);
  CHECK(carry(house.there.address(), bundle, reply).status != 0);
}

TEST_CASE("rpc: bundled calls of a peer that is gone end as any call") {
  House house;
  house.there.end();
  for (const auto& one : house.here.ask(house.asking_all({"root", "ann", "nobody", "ann"}))) {
    REQUIRE_FALSE(one);
    CHECK(one.error().code == Code::unavailable);
  }
}
