#include "net/grpc/batches.hpp"

#include <doctest/doctest.h>
#include <google/protobuf/wrappers.pb.h>

#include <latch>
#include <thread>

#include "base/worker.hpp"
#include "godwit/batch/v1/batch.pb.h"
#include "net/grpc/channel.hpp"
#include "net/grpc/server.hpp"
#include "net/grpc/testing_calls.hpp"
#include "net/grpc/testing_server.hpp"

using namespace godwit;
using namespace std::chrono_literals;
using google::protobuf::StringValue;
using net::GrpcCall;
using net::GrpcChannel;
using net::GrpcEnd;
using net::GrpcIncoming;
using net::GrpcOutgoing;
using net::GrpcServer;
using net::testing::address_of;
using net::testing::echo;
using net::testing::Gate;
using net::testing::GrpcTestServer;
using Steady = std::chrono::steady_clock;

namespace {

constexpr int kUnauthenticated = 16, kDeadlineExceeded = 4, kExhausted = 8;

std::string serialized(std::string value) {
  StringValue out;
  out.set_value(std::move(value));
  return out.SerializeAsString();
}
std::string value_of(const std::string& body) {
  StringValue in;
  CHECK(in.ParseFromString(body));
  return in.value();
}

struct Ended {
  GrpcEnd end;
  std::string value;
};
Task<Ended> call(GrpcChannel& channel, std::string value, GrpcCall options) {
  StringValue request, response;
  request.set_value(std::move(value));
  options.shares = true;
  auto end = co_await channel.attempt("/t/Any", request, response, std::move(options));
  co_return Ended{.end = std::move(end), .value = response.value()};
}
Ended ask(GrpcChannel& channel, std::string value, std::chrono::milliseconds timeout = 20s) {
  return sync_wait(call(channel, std::move(value), {.timeout = timeout}));
}

/// Calls that begin in one turn of an executor, and how each ended: `all` is down when every one has, once.
struct Together {
  explicit Together(int count) : ended(static_cast<std::size_t>(count)), all(count) {}
  std::vector<Ended> ended;
  std::atomic<int> ends{0};
  std::latch all;

  void begin(Executor& home, GrpcChannel& channel, const std::function<std::string(int)>& says,
             std::chrono::milliseconds timeout = 20s) {
    home.post([this, &channel, says, timeout] {
      for (std::size_t i = 0; i < ended.size(); ++i)
        spawn([](Together& self, GrpcChannel& over, std::string value, std::size_t at,
                 std::chrono::milliseconds within) -> Task<void> {
          self.ended[at] = co_await call(over, std::move(value), {.timeout = within});
          ++self.ends;
          self.all.count_down();
        }(*this, channel, says(static_cast<int>(i)), i, timeout));
    });
  }
  [[nodiscard]] int with_status(int status) const {
    return static_cast<int>(std::ranges::count_if(ended, [=](const auto& one) { return one.end.status == status; }));
  }
};
std::string same(int /*number*/) { return "a"; }

template <class Holds>
void await(Holds holds) {
  for (int tries = 0; tries < 2000 && !holds(); ++tries) std::this_thread::sleep_for(5ms);
  REQUIRE(holds());
}

/// The stream as somebody else would use it.
batch::v1::Calls calls_of(std::uint64_t first, std::uint64_t count) {
  batch::v1::Calls calls;
  for (auto id = first; id < first + count; ++id) {
    auto& one = *calls.add_calls();
    one.set_id(id);
    one.set_method("/t/Any");
    one.set_body(serialized("a"));
  }
  return calls;
}

}  // namespace

TEST_CASE("net/grpc batches: each call has its own answer, in any order; a bad one harms none of the others") {
  Worker worker("serve"), home("ask");
  GrpcServer server({}, {&worker}, [&](GrpcIncoming call) -> Task<GrpcOutgoing> {
    CHECK(Executor::current() == &worker);
    CHECK(call.method == "/t/Any");
    return [](Worker& on, GrpcIncoming taken) -> Task<GrpcOutgoing> {
      const auto value = value_of(taken.body);
      const auto number = std::stoi(value);
      if (number % 3 == 0) co_await sleep_for(on, std::chrono::milliseconds(100 - number));
      if (number == 50) co_return GrpcOutgoing{.body = "\xff not a StringValue"};
      if (number % 7 == 0)
        co_return GrpcOutgoing{.status = 5, .message = "none \xE6\xB6\x88", .trailers = {{"why", value}}};
      co_return GrpcOutgoing{.body = serialized(value), .trailers = {{"end-bin", std::string("\0\x01", 2)}}};
    }(worker, std::move(call));
  });
  GrpcChannel channel(address_of(server), {});
  Together calls(100);
  calls.begin(home, channel, [](int i) { return std::to_string(i); });
  calls.all.wait();
  for (int i = 0; i < 100; ++i) {
    const auto& [end, value] = calls.ended[static_cast<std::size_t>(i)];
    CHECK(end.sent);
    if (i == 50) {
      CHECK(end.status == 13);
    } else if (i % 7 == 0) {
      CHECK(end.status == 5);
      CHECK(end.message == "none \xE6\xB6\x88");
      CHECK(end.trailers == net::GrpcMetadata{{"why", std::to_string(i)}});
    } else {
      CHECK(end.status == 0);
      CHECK(value == std::to_string(i));
      CHECK(end.trailers == net::GrpcMetadata{{"end-bin", std::string("\0\x01", 2)}});
    }
  }
}

TEST_CASE("net/grpc batches: metadata and deadline go with each call") {
  Worker worker("serve");
  GrpcServer server({}, {&worker}, [&](GrpcIncoming call) {
    CHECK(call.value("word-bin") == std::string_view("\0\xff", 2));
    const auto rest = call.deadline - std::chrono::system_clock::now();
    CHECK(rest > 2s);
    CHECK(rest < 6s);
    return echo(std::move(call));
  });
  GrpcChannel channel(address_of(server), {});
  for (int i = 0; i < 2; ++i)
    CHECK(sync_wait(call(channel, "a", {.timeout = 5s, .metadata = {{"word-bin", std::string("\0\xff", 2)}}}))
              .end.status == 0);
}

TEST_CASE("net/grpc batches: what begins in one turn goes in one message, and what is answered in one comes in one") {
  Worker home("ask"), worker("serve");
  GrpcTestServer heard;
  GrpcChannel to_test(heard.address(), {});
  Together calls(200);
  calls.begin(home, to_test, same, 1s);
  calls.all.wait();
  CHECK(calls.with_status(kDeadlineExceeded) == 200);
  CHECK(heard.heard() == 1);

  GrpcServer server({}, {&worker}, echo);
  GrpcChannel channel(address_of(server), {});
  auto stream = channel.open(std::string(net::kCarryPath), {});
  batch::v1::Answers answers;
  REQUIRE(sync_wait(stream.write(calls_of(1, 200))));
  REQUIRE(*sync_wait(stream.read(answers)));
  CHECK(answers.answers_size() == 200);
}

TEST_CASE("net/grpc batches: a long request goes by itself, a long answer is refused to its caller alone") {
  Worker worker("serve"), home("ask");
  GrpcServer server({.most_bytes = 400'000}, {&worker}, [](GrpcIncoming call) -> Task<GrpcOutgoing> {
    const auto value = value_of(call.body);
    co_return GrpcOutgoing{.body = serialized(value == "long" ? std::string(net::kMostSharedAnswer, 'x') : value)};
  });
  GrpcChannel channel(address_of(server), {});
  CHECK(ask(channel, std::string(500'000, 'x')).end.status == kExhausted);  // of the server: a call by itself
  CHECK(ask(channel, std::string(300'000, 'x')).value.size() == 300'000);
  Together calls(21);
  calls.begin(home, channel, [](int i) { return i == 10 ? "long" : std::string(60'000, 'x'); });
  calls.all.wait();
  CHECK(calls.ended[10].end.status == kExhausted);
  CHECK(calls.with_status(0) == 20);
}

TEST_CASE("net/grpc batches: calls are bounded on either side, and each is answered") {
  Worker worker("serve"), home("ask");
  Gate gate{worker};
  GrpcServer server({.most_calls = 1000}, {&worker}, [&](GrpcIncoming call) { return gate.wait(std::move(call)); });
  GrpcChannel channel(address_of(server), {.most_calls = 3001});  // the stream is one
  Together calls(10'000);
  calls.begin(home, channel, same, 60s);
  await([&] { return calls.ends == 9000; });
  CHECK(server.running() == 1000);
  gate.open = true;
  calls.all.wait();
  CHECK(calls.with_status(0) == 1000);
  CHECK(calls.with_status(kExhausted) == 2000);
  CHECK(std::ranges::count_if(calls.ended, [](const auto& one) { return !one.end.sent; }) == 7000);
  CHECK(ask(channel, "a").end.status == 0);
}

TEST_CASE("net/grpc batches: at a bound of one, who calls again when answered is never refused") {
  Worker worker("serve");
  GrpcServer server({.most_calls = 1}, {&worker}, echo);
  GrpcChannel channel(address_of(server), {});
  int refused = 0;
  for (int i = 0; i < 1000; ++i) refused += ask(channel, "a").end.status == 0 ? 0 : 1;
  CHECK(refused == 0);
}

TEST_CASE("net/grpc batches: a caller that reads no answers is not heard for ever") {
  Worker worker("serve");
  std::atomic<int> begun{0};
  GrpcServer server({}, {&worker}, [&](GrpcIncoming) -> Task<GrpcOutgoing> {
    ++begun;
    return [](std::string body) -> Task<GrpcOutgoing> {
      co_return GrpcOutgoing{.body = std::move(body)};
    }(std::string(1U << 20U, 'x'));
  });
  GrpcChannel channel(address_of(server), {});
  auto stream = channel.open(std::string(net::kCarryPath), {});
  std::jthread writing([&](const std::stop_token& stop) {
    for (int i = 0; i < 500 && sync_wait(stream.write(calls_of(static_cast<std::uint64_t>(i), 1))); ++i)
      while (begun <= i && !stop.stop_requested()) std::this_thread::sleep_for(1ms);
  });
  await([&] { return begun > 16; });
  std::this_thread::sleep_for(500ms);
  CHECK(begun.load() < 100);
  batch::v1::Answers answers;
  for (int read = 0; read < 500;) {
    REQUIRE(*sync_wait(stream.read(answers)));
    read += answers.answers_size();
  }
  CHECK(begun.load() == 500);
}

TEST_CASE("net/grpc batches: a late call is answered at its deadline, not begun any more, and its answer is dropped") {
  Worker worker("serve"), home("ask");
  std::atomic<int> begun{0};
  GrpcServer server({}, {&worker}, [&](GrpcIncoming call) {
    ++begun;
    return echo(std::move(call));
  });
  GrpcChannel channel(address_of(server), {});
  CHECK(ask(channel, "a").end.status == 0);
  std::latch free(1);
  worker.post([&] { free.wait(); });  // the executor has other things to do
  const auto began = Steady::now();
  Together patient(1), late(20);
  patient.begin(home, channel, same, 30s);
  late.begin(home, channel, same, 200ms);
  late.all.wait();
  CHECK(Steady::now() - began >= 200ms);
  CHECK(Steady::now() - began < 5s);
  CHECK(late.with_status(kDeadlineExceeded) == 20);
  std::this_thread::sleep_for(500ms);  // the server counts from when it heard of them
  free.count_down();
  patient.all.wait();
  CHECK(patient.ended[0].end.status == 0);
  CHECK(ask(channel, "b").end.status == 0);
  CHECK(begun == 3);
}

TEST_CASE(
    "net/grpc batches: where the stream is cut, every call that waits ends once, and the next ones find a new one") {
  Worker worker("serve"), home("ask");
  Gate gate{worker};
  std::optional<GrpcServer> server(std::in_place, GrpcServer::Settings{}, std::vector<Executor*>{&worker},
                                   [&](GrpcIncoming call) { return gate.wait(std::move(call)); });
  const auto address = address_of(*server);
  GrpcChannel channel(address, {});
  Together calls(300);
  calls.begin(home, channel, same);
  await([&] { return gate.begun == 300; });
  server.reset();  // as if it were killed
  calls.all.wait();
  CHECK(calls.with_status(14) == 300);
  gate.open = true;
  await([&] { return gate.ended == 300; });
  CHECK(calls.ends == 300);
  server.emplace(GrpcServer::Settings{.address = address}, std::vector<Executor*>{&worker}, echo);
  await([&] { return ask(channel, "b").end.status == 0; });
}

TEST_CASE("net/grpc batches: a stream that the other side ends well has answered nobody") {
  Worker home("ask");
  GrpcTestServer leaving;
  leaving.leave();
  GrpcChannel channel(leaving.address(), {});
  Together calls(20);
  calls.begin(home, channel, same);
  calls.all.wait();
  CHECK(calls.with_status(14) == 20);
}

TEST_CASE("net/grpc batches: what waits ends with its channel") {
  Worker worker("serve"), home("ask");
  Gate gate{worker};
  GrpcServer server({}, {&worker}, [&](GrpcIncoming call) { return gate.wait(std::move(call)); });
  std::optional<GrpcChannel> channel(std::in_place, address_of(server), GrpcChannel::Settings{});
  Together calls(50);
  calls.begin(home, *channel, same);
  await([&] { return gate.begun == 50; });
  channel->end();
  calls.all.wait();
  CHECK(calls.with_status(0) == 0);
  CHECK_FALSE(ask(*channel, "a").end.sent);
  channel.reset();
  gate.open = true;
  await([&] { return gate.ended == 50; });
}

TEST_CASE(
    "net/grpc batches: the server's end waits for what runs, refuses what is new, and does not wait for callers") {
  Worker worker("serve"), home("ask");
  Gate gate{worker};
  GrpcServer server({}, {&worker}, [&](GrpcIncoming call) { return gate.wait(std::move(call)); });
  GrpcChannel channel(address_of(server), {});
  Together calls(10);
  calls.begin(home, channel, same);
  await([&] { return gate.begun == 10; });
  std::atomic<bool> stopped{false};
  std::jthread stopping([&] {
    CHECK(server.stop(20s));
    stopped = true;
  });
  std::string why;
  await([&] {
    const auto end = ask(channel, "b", 10ms).end;
    if (end.status == 14) why = end.message;
    return !why.empty();
  });
  CHECK(why == "shutting down");
  CHECK_FALSE(stopped);
  gate.open = true;
  calls.all.wait();
  CHECK(calls.with_status(0) == 10);
}

TEST_CASE("net/grpc batches: who is not admitted is refused before anything is read, and each call has to be") {
  Worker worker("serve"), home("ask");
  std::atomic<int> begun{0};
  std::atomic<bool> open{false};
  GrpcServer server({.admit = [&](const GrpcIncoming& call) -> std::optional<GrpcOutgoing> {
                      if (open || call.value("word") == "open") return std::nullopt;
                      return GrpcOutgoing{.status = kUnauthenticated, .message = "no", .trailers = {{"why", "so"}}};
                    }},
                    {&worker}, [&](GrpcIncoming call) {
                      ++begun;
                      return echo(std::move(call));
                    });
  GrpcChannel channel(address_of(server), {});
  Together refused(20);
  refused.begin(home, channel, same);
  refused.all.wait();
  CHECK(refused.with_status(kUnauthenticated) == 20);
  CHECK(refused.ended[7].end.trailers == net::GrpcMetadata{{"why", "so"}});
  CHECK(sync_wait(call(channel, "a", {.timeout = 20s, .metadata = {{"word", "open"}}})).end.status == 0);
  CHECK(ask(channel, "a").end.status == kUnauthenticated);  // over the stream that stands
  CHECK(begun == 1);
  auto stranger = channel.open(std::string(net::kCarryPath), {});
  (void)sync_wait(stranger.write(calls_of(1, 1)));
  batch::v1::Answers answers;
  CHECK_FALSE(sync_wait(stranger.read(answers)));  // no call of it was answered: nothing was read
  open = true;
  CHECK(ask(channel, "a").end.status == 0);
}

TEST_CASE("net/grpc batches: a message that is none ends the stream, and the others' stand") {
  Worker worker("serve");
  GrpcServer server({}, {&worker}, echo);
  GrpcChannel channel(address_of(server), {}), other(address_of(server), {});
  CHECK(ask(other, "a").end.status == 0);
  auto stream = channel.open(std::string(net::kCarryPath), {});
  StringValue none;
  none.set_value("\x0a\x7f");  // its first field is bytes, too, and no call
  REQUIRE(sync_wait(stream.write(none)));
  batch::v1::Answers answers;
  CHECK_FALSE(sync_wait(stream.read(answers)).value_or(false));
  CHECK(ask(other, "a").end.status == 0);
}
