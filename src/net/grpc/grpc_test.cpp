#include <doctest/doctest.h>
#include <google/protobuf/wrappers.pb.h>

#include <latch>
#include <thread>

#include "base/gather.hpp"
#include "base/worker.hpp"
#include "net/grpc/channel.hpp"
#include "net/grpc/testing_server.hpp"

using namespace godwit;
using namespace std::chrono_literals;
using google::protobuf::StringValue;
using net::GrpcCall;
using net::GrpcChannel;
using net::testing::GrpcTestServer;
using Clock_ = std::chrono::steady_clock;

namespace {

StringValue text(std::string value) {
  StringValue out;
  out.set_value(std::move(value));
  return out;
}
Result<std::string> ask(GrpcChannel& channel, const std::string& method, std::string value, GrpcCall options) {
  auto answer = sync_wait(channel.call<StringValue>(method, text(std::move(value)), std::move(options)));
  if (!answer) return std::unexpected(answer.error());
  return answer->value();
}
Task<bool> lands_at_home(GrpcChannel& channel, Executor& home) {
  co_await resume_on(home);
  const auto answer = co_await channel.call<StringValue>("/t/Echo", text("a"), {.timeout = 5s});
  co_return answer&& Executor::current() == &home;
}

}  // namespace

TEST_CASE("net/grpc: one request, one answer; on the executor that awaited it") {
  GrpcTestServer server;
  GrpcChannel channel(server.address(), {});
  const std::string bytes(300'000, 'b');
  CHECK(*ask(channel, "/t/Echo", bytes, {.timeout = 5s}) == bytes);
  Worker worker("home");
  CHECK(sync_wait(lands_at_home(channel, worker)));
}

TEST_CASE("net/grpc: metadata of the channel and of the call") {
  GrpcTestServer server;
  GrpcChannel channel(server.address(), {.metadata = {{"word", "all"}}});
  CHECK(*ask(channel, "/t/Metadata", "", {.timeout = 5s, .metadata = {{"word", "one"}}}) == "all;one;");
}

TEST_CASE("net/grpc: what fails is of a closed set, and the channel's owner says what it means") {
  GrpcTestServer server;
  GrpcChannel plain(server.address(), {});
  CHECK(ask(plain, "/t/Fail", "", {.timeout = 5s}).error().code == Code::internal);
  const auto began = Clock_::now();
  CHECK(ask(plain, "/t/Silent", "", {.timeout = 200ms}).error().code == Code::unavailable);
  CHECK(Clock_::now() - began < 2s);

  std::string details;
  GrpcChannel own(server.address(), {.translate = [&details](const net::GrpcFailure& failure) {
                    details = failure.details;
                    return Error{.code = Code::forbidden, .detail = failure.message};
                  }});
  const auto failed = ask(own, "/t/Fail", "", {.timeout = 5s});
  CHECK(failed.error().code == Code::forbidden);
  CHECK(failed.error().detail == "not you");
  CHECK(details == std::string("\x01\0\x02", 3));
}

TEST_CASE("net/grpc: a message that is longer than the channel takes fails its call only") {
  GrpcTestServer server;
  GrpcChannel channel(server.address(), {.most_bytes = 1U << 20U});
  CHECK(ask(channel, "/t/Large", "", {.timeout = 5s}).error().code == Code::unavailable);
  CHECK(ask(channel, "/t/Echo", "a", {.timeout = 5s}));
}

TEST_CASE("net/grpc: at the bound of calls the next one is unavailable at once") {
  GrpcTestServer server;
  GrpcChannel channel(server.address(), {.most_calls = 1});
  {
    auto stream = channel.open("/t/Silent", {});
    CHECK(ask(channel, "/t/Echo", "a", {.timeout = 5s}).error().code == Code::unavailable);
    auto second = channel.open("/t/Echo", {});
    CHECK(sync_wait(second.write(text("a"))).error().code == Code::unavailable);
  }
  for (int tries = 0; tries < 500 && !ask(channel, "/t/Echo", "a", {.timeout = 5s}); ++tries)
    std::this_thread::sleep_for(10ms);  // the stream's end is told by gRPC
  CHECK(ask(channel, "/t/Echo", "a", {.timeout = 5s}));
}

TEST_CASE("net/grpc: a server that comes late is found within the backoff") {
  int port = 0;
  {
    port = GrpcTestServer().port();
  }
  GrpcChannel channel("127.0.0.1:" + std::to_string(port), {.most_backoff = 200ms});
  for (int call = 0; call < 15; ++call) {
    const auto answer = ask(channel, "/t/Echo", "a", {.timeout = 1s});
    REQUIRE_FALSE(answer);
    REQUIRE(answer.error().code == Code::unavailable);
    std::this_thread::sleep_for(200ms);
  }
  GrpcTestServer server(port);
  REQUIRE(server.port() == port);
  const auto began = Clock_::now();
  while (!ask(channel, "/t/Echo", "a", {.timeout = 1s}) && Clock_::now() - began < 20s)
    std::this_thread::sleep_for(20ms);
  CHECK(Clock_::now() - began < 1s);
}

TEST_CASE("net/grpc: many calls at a time") {
  GrpcTestServer server;
  GrpcChannel channel(server.address(), {});
  Worker worker("many");
  const auto good = sync_wait([](GrpcChannel& over, Executor& home) -> Task<std::size_t> {
    co_await resume_on(home);
    Gather<Result<StringValue>> all;
    for (int call = 0; call < 2000; ++call)
      all.start(over.call<StringValue>("/t/Echo", text(std::to_string(call)), {.timeout = 20s}));
    std::size_t good = 0;
    int expected = 0;
    for (const auto& answer : co_await all.all())
      good += answer && answer->value() == std::to_string(expected++) ? 1 : 0;
    co_return good;
  }(channel, worker));
  CHECK(good == 2000);
}

TEST_CASE("net/grpc: the end of a channel ends what is under way") {
  GrpcTestServer server;
  auto channel = std::make_unique<GrpcChannel>(server.address(), GrpcChannel::Settings{});
  auto stream = std::make_unique<net::GrpcStream>(channel->open("/t/Silent", {}));
  Worker worker("waiting");
  std::latch ended(2);
  Code unary{}, reading{};
  worker.post([&] {
    spawn([](GrpcChannel& over, Code& code, std::latch& done) -> Task<void> {
      const auto answer = co_await over.call<StringValue>("/t/Silent", text("a"), {});
      code = answer ? Code::internal : answer.error().code;
      done.count_down();
    }(*channel, unary, ended));
    spawn([](net::GrpcStream& over, Code& code, std::latch& done) -> Task<void> {
      StringValue into;
      const auto answer = co_await over.read(into);
      code = answer ? Code::internal : answer.error().code;
      done.count_down();
    }(*stream, reading, ended));
  });
  std::this_thread::sleep_for(100ms);
  channel.reset();
  ended.wait();
  CHECK(unary == Code::unavailable);
  CHECK(reading == Code::unavailable);
  CHECK(sync_wait(stream->write(text("a"))).error().code == Code::unavailable);
  for (int tries = 0; tries < 500 && server.cancelled() < 2; ++tries) std::this_thread::sleep_for(10ms);
  CHECK(server.cancelled() == 2);
}

TEST_CASE("net/grpc: a stream is heard and spoken to, and ends well") {
  GrpcTestServer server;
  GrpcChannel channel(server.address(), {});
  auto stream = channel.open("/t/Echo", {.timeout = 10s});
  StringValue heard;
  for (const auto* word : {"one", "two", ""}) {
    REQUIRE(sync_wait(stream.write(text(word))));
    auto more = sync_wait(stream.read(heard));
    REQUIRE(more);
    CHECK(*more);
    CHECK(heard.value() == word);
  }
  REQUIRE(sync_wait(stream.end_writing()));
  for (int again = 0; again < 2; ++again) CHECK_FALSE(*sync_wait(stream.read(heard)));
  CHECK(sync_wait(stream.write(text("late"))).error().code == Code::unavailable);
}

TEST_CASE("net/grpc: how a stream ends is told to who reads, and to who writes") {
  GrpcTestServer server;
  GrpcChannel channel(server.address(), {});
  StringValue heard;
  auto failing = channel.open("/t/Fail", {});
  CHECK(sync_wait(failing.read(heard)).error().code == Code::internal);

  auto left = channel.open("/t/Leave", {});
  Result<void> wrote;
  for (int write = 0; wrote && write < 1000; ++write) wrote = sync_wait(left.write(text("a")));
  CHECK(wrote.error().code == Code::unavailable);
  CHECK_FALSE(*sync_wait(left.read(heard)));

  auto late = channel.open("/t/Silent", {.timeout = 200ms});
  CHECK(sync_wait(late.read(heard)).error().code == Code::unavailable);

  auto cancelled = channel.open("/t/Echo", {});
  cancelled.cancel();
  CHECK(sync_wait(cancelled.read(heard)).error().code == Code::unavailable);
}
