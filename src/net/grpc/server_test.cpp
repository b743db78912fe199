#include "net/grpc/server.hpp"

#include <doctest/doctest.h>
#include <google/protobuf/wrappers.pb.h>

#include <latch>
#include <thread>

#include "base/gather.hpp"
#include "base/worker.hpp"
#include "net/grpc/channel.hpp"
#include "net/grpc/testing_calls.hpp"

using namespace godwit;
using namespace std::chrono_literals;
using google::protobuf::StringValue;
using net::GrpcChannel;
using net::GrpcEnd;
using net::GrpcIncoming;
using net::GrpcOutgoing;
using net::GrpcServer;
using net::testing::address_of;
using net::testing::echo;
using net::testing::Gate;
using Steady = std::chrono::steady_clock;

namespace {

StringValue text(std::string value) {
  StringValue out;
  out.set_value(std::move(value));
  return out;
}

GrpcEnd attempt(GrpcChannel& channel, std::string value, StringValue* into = nullptr, net::GrpcCall options = {}) {
  const auto request = text(std::move(value));
  StringValue response;
  if (options.timeout.count() == 0) options.timeout = 20s;
  auto end = sync_wait(channel.attempt("/t/Any", request, response, std::move(options)));
  if (into != nullptr) *into = response;
  return end;
}
std::string_view trailer(const GrpcEnd& end, std::string_view name) {
  for (const auto& [key, value] : end.trailers)
    if (key == name) return value;
  return {};
}

}  // namespace

TEST_CASE("net/grpc server: answers on the executors, in turn, with all that goes with a call") {
  Worker first("first"), second("second");
  std::atomic<int> on_first{0}, on_second{0};
  GrpcServer server({}, {&first, &second}, [&](GrpcIncoming call) -> Task<GrpcOutgoing> {
    if (Executor::current() == &first) ++on_first;
    if (Executor::current() == &second) ++on_second;
    CHECK(call.method == "/t/Any");
    CHECK(call.value("word-bin") == std::string_view("\0\xff", 2));
    CHECK(call.value("absent").empty());
    const auto rest = call.deadline - std::chrono::system_clock::now();
    CHECK(rest > 2s);
    CHECK(rest < 6s);
    return [](GrpcIncoming taken) -> Task<GrpcOutgoing> {
      co_return GrpcOutgoing{.body = std::move(taken.body), .trailers = {{"end-bin", std::string("\0\x01", 2)}}};
    }(std::move(call));
  });
  GrpcChannel channel(address_of(server), {});
  const std::string bytes(2'000'000, 'x');
  StringValue answer;
  const net::GrpcCall options{.timeout = 5s, .metadata = {{"word-bin", std::string("\0\xff", 2)}}};
  const auto end = attempt(channel, bytes, &answer, options);
  CHECK(end.status == 0);
  CHECK(answer.value() == bytes);
  CHECK(trailer(end, "end-bin") == std::string_view("\0\x01", 2));
  CHECK(attempt(channel, "a", nullptr, options).status == 0);
  CHECK(on_first == 1);
  CHECK(on_second == 1);
  CHECK(channel.connected());
}

TEST_CASE("net/grpc server: a status with its words and trailers") {
  Worker worker("serve");
  GrpcServer server({}, {&worker}, [](GrpcIncoming) -> Task<GrpcOutgoing> {
    co_return GrpcOutgoing{.status = 5, .message = "none \xE6\xB6\x88", .trailers = {{"why", "so"}}};
  });
  GrpcChannel channel(address_of(server), {});
  const auto end = attempt(channel, "a");
  CHECK(end.status == 5);
  CHECK(end.message == "none \xE6\xB6\x88");
  CHECK(trailer(end, "why") == "so");
}

TEST_CASE("net/grpc server: who is not admitted is refused, and nothing of it is begun") {
  Worker worker("serve");
  std::atomic<int> begun{0};
  GrpcServer server({.admit = [](const GrpcIncoming& call) -> std::optional<GrpcOutgoing> {
                      if (call.value("word") == "open") return std::nullopt;
                      return GrpcOutgoing{.status = 16, .message = "no"};
                    }},
                    {&worker}, [&](GrpcIncoming call) {
                      ++begun;
                      return echo(std::move(call));
                    });
  GrpcChannel channel(address_of(server), {});
  CHECK(attempt(channel, std::string(1'000'000, 'x')).status == 16);
  CHECK(begun == 0);
  CHECK(attempt(channel, "a", nullptr, {.metadata = {{"word", "open"}}}).status == 0);
}

TEST_CASE("net/grpc server: a request that is too long, and one after it") {
  Worker worker("serve");
  GrpcServer server({.most_bytes = 100'000}, {&worker}, echo);
  GrpcChannel channel(address_of(server), {});
  CHECK(attempt(channel, std::string(200'000, 'x')).status == 8);
  CHECK(attempt(channel, "a").status == 0);
  for (int tries = 0; tries < 500 && server.running() > 0; ++tries) std::this_thread::sleep_for(10ms);
  CHECK(server.running() == 0);  // a call leaves after its answer
}

TEST_CASE("net/grpc server: 10,000 calls at a time are bounded, each is answered") {
  Worker worker("serve"), home("ask");
  Gate gate{worker};
  GrpcServer server({.most_calls = 1000}, {&worker}, [&](GrpcIncoming call) { return gate.wait(std::move(call)); });
  GrpcChannel channel(address_of(server), {});
  std::atomic<int> good{0}, refused{0}, other{0};
  std::latch all(10'000);
  home.post([&] {
    for (int i = 0; i < 10'000; ++i) {
      spawn([](GrpcChannel& over, std::atomic<int>& ok, std::atomic<int>& no, std::atomic<int>& else_,
               std::latch& done) -> Task<void> {
        const auto request = text("a");
        StringValue response;
        const auto end = co_await over.attempt("/t/Any", request, response, {.timeout = 60s});
        (end.status == 0 ? ok : end.status == 8 ? no : else_)++;
        done.count_down();
      }(channel, good, refused, other, all));
    }
  });
  for (int tries = 0; tries < 3000 && refused + other < 9000; ++tries) std::this_thread::sleep_for(10ms);
  CHECK(gate.begun == 1000);
  CHECK(server.running() == 1000);
  gate.open = true;
  all.wait();
  CHECK(good == 1000);
  CHECK(refused == 9000);
  CHECK(other == 0);
}

TEST_CASE("net/grpc server: at a bound of one, who calls again when answered is never refused") {
  Worker worker("serve");
  GrpcServer server({.most_calls = 1}, {&worker}, echo);
  GrpcChannel channel(address_of(server), {});
  int refused = 0;
  for (int i = 0; i < 2000; ++i) refused += attempt(channel, "a").status == 0 ? 0 : 1;
  CHECK(refused == 0);
}

TEST_CASE("net/grpc server: what is late is not begun any more") {
  Worker worker("serve");
  std::atomic<int> begun{0};
  GrpcServer server({}, {&worker}, [&](GrpcIncoming call) {
    ++begun;
    return echo(std::move(call));
  });
  std::latch free(1);
  worker.post([&] { free.wait(); });  // the executor has other things to do
  GrpcChannel channel(address_of(server), {});
  CHECK(attempt(channel, "a", nullptr, {.timeout = 100ms}).status == 4);
  std::this_thread::sleep_for(100ms);
  free.count_down();
  CHECK(attempt(channel, "b").status == 0);
  CHECK(begun == 1);
}

TEST_CASE("net/grpc server: its end waits for what runs, and refuses what is new") {
  Worker worker("serve"), home("ask");
  Gate gate{worker};
  GrpcServer server({}, {&worker}, [&](GrpcIncoming call) { return gate.wait(std::move(call)); });
  GrpcChannel channel(address_of(server), {});
  std::jthread asking([&] { CHECK(attempt(channel, "a").status == 0); });
  gate.await_begun(1);
  std::atomic<bool> stopped{false};
  std::jthread stopping([&] {
    CHECK(server.stop(20s));
    stopped = true;
  });
  std::string why;
  for (int tries = 0; tries < 500 && why.empty(); ++tries) {
    const auto end = attempt(channel, "b", nullptr, {.timeout = 10ms});
    if (end.status == 14) why = end.message;
  }
  CHECK(why == "shutting down");
  CHECK_FALSE(stopped);
  gate.open = true;
}

TEST_CASE("net/grpc server: its end waits no longer than it is told; the handlers go on") {
  Worker worker("serve");
  Gate gate{worker};
  {
    GrpcServer server({}, {&worker}, [&](GrpcIncoming call) { return gate.wait(std::move(call)); });
    GrpcChannel channel(address_of(server), {});
    std::jthread asking([&] { CHECK(attempt(channel, "a").status == 14); });
    gate.await_begun(1);
    const auto began = Steady::now();
    CHECK_FALSE(server.stop(100ms));
    CHECK(Steady::now() - began < 5s);
  }
  CHECK(gate.ended == 0);
  gate.open = true;
  for (int tries = 0; tries < 500 && gate.ended == 0; ++tries) std::this_thread::sleep_for(10ms);
  CHECK(gate.ended == 1);
}

TEST_CASE("net/grpc server: a port that is taken is refused aloud") {
  Worker worker("serve");
  GrpcServer server({}, {&worker}, echo);
  CHECK_THROWS_AS(GrpcServer({.address = address_of(server)}, {&worker}, echo), std::runtime_error);
}
