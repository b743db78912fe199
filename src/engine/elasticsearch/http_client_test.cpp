#include "engine/elasticsearch/http_client.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <semaphore>

#include "base/worker.hpp"
#include "engine/elasticsearch/testing_fake_node.hpp"

namespace godwit::engine::elasticsearch {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

Result<HttpReply> call(HttpClient& client, milliseconds limit = milliseconds(5000)) {
  return sync_wait(client.call({.method = "POST", .path = "/x/_y?z=1", .body = "{}"}, limit));
}

/// Where nobody listens.
std::string closed_address() {
  const FakeNode gone([](const std::string&) { return std::string(); });
  return gone.address();
}

}  // namespace

TEST_CASE("an answer of any status is an answer") {
  std::string asked;
  const FakeNode node([&](const std::string& request) { return asked = request, FakeNode::http(429, "no"); });
  HttpClient client({.addresses = {node.address()}, .user = "me", .password = "secret"});
  const auto reply = call(client);
  REQUIRE(reply.has_value());
  CHECK(reply->status == 429);
  CHECK(reply->body == "no");
  CHECK(asked.starts_with("POST /x/_y?z=1 HTTP/1.1\r\n"));
  CHECK(asked.find("Content-Type: application/json\r\n") != asked.npos);
  CHECK(asked.find("Authorization: Basic bWU6c2VjcmV0\r\n") != asked.npos);
  CHECK(asked.ends_with("\r\n\r\n{}"));
}

TEST_CASE("a node that takes no connection is passed over, and the one that answered is asked first") {
  std::atomic<int> asked = 0;
  const FakeNode node([&](const std::string&) { return ++asked, FakeNode::http(200, ""); });
  HttpClient client({.addresses = {closed_address(), closed_address(), node.address()}});
  CHECK(call(client).has_value());
  CHECK(call(client).has_value());
  CHECK(asked == 2);
  HttpClient nowhere({.addresses = {closed_address(), closed_address()}});
  CHECK(call(nowhere).error().code == Code::unavailable);
}

TEST_CASE("who is not answered in time is told so, and no request stays behind") {
  const FakeNode deaf([](const std::string&) { return std::string(); });
  HttpClient client({.addresses = {deaf.address()}});
  const auto began = steady_clock::now();
  CHECK(call(client, milliseconds(200)).error().code == Code::unavailable);
  CHECK(steady_clock::now() - began < milliseconds(2000));
  CHECK(client.waiting() == 0);
}

TEST_CASE("more than may wait are answered at once, and who waits at the end is answered") {
  const FakeNode deaf([](const std::string&) { return std::string(); });
  HttpClient client({.addresses = {deaf.address()}, .connections = 1, .waiting = 3});
  std::atomic<int> refused = 0;
  for (int i = 0; i < 3; ++i)
    client.start({.method = "GET", .path = "/"}, milliseconds(60'000), [&](const Result<HttpReply>& reply) {
      if (!reply) ++refused;
    });
  CHECK(refused == 0);
  CHECK(call(client).error().detail == "too many requests are waiting for it");
  client.stop();
  CHECK(refused == 3);
  CHECK(call(client).error().code == Code::unavailable);
}

TEST_CASE("an answer that is too long, or is cut off, is none") {
  const FakeNode node([](const std::string& request) {
    return request.starts_with("GET /cut") ? "HTTP/1.1 200 X\r\nContent-Length: 99\r\n\r\nhalf"
                                           : FakeNode::http(200, std::string(5000, 'x'));
  });
  HttpClient client({.addresses = {node.address()}, .most_answer_bytes = 4999});
  CHECK(call(client).error().code == Code::unavailable);
  CHECK(sync_wait(client.call({.method = "GET", .path = "/cut"}, milliseconds(5000))).error().code ==
        Code::unavailable);
}

TEST_CASE("a coroutine goes on on the executor that it waited on") {
  Executor* home = nullptr;
  std::binary_semaphore done(0);
  Worker worker("test");  // outlives the client, which posts to it
  const FakeNode node([](const std::string&) { return FakeNode::http(200, ""); });
  HttpClient client({.addresses = {node.address()}});
  const auto ask = [&]() -> Task<void> {
    (void)co_await client.call({.method = "GET", .path = "/"}, milliseconds(5000));
    home = Executor::current();
    done.release();
  };
  worker.post([&] { spawn(ask()); });
  done.acquire();
  CHECK(home == &worker);
}

}  // namespace godwit::engine::elasticsearch
