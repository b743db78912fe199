#pragma once
#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>

#include "base/worker.hpp"
#include "net/grpc/server.hpp"

/// For tests of the server: where it is, and what its calls do.
namespace godwit::net::testing {

inline std::string address_of(const GrpcServer& server) { return "127.0.0.1:" + std::to_string(server.port()); }

inline Task<GrpcOutgoing> echo(GrpcIncoming call) { co_return GrpcOutgoing{.body = std::move(call.body)}; }

/// Calls that wait until they are let go.
struct Gate {
  Worker& worker;
  std::atomic<bool> open{false};
  std::atomic<int> begun{0}, ended{0};

  Task<GrpcOutgoing> wait(GrpcIncoming call) {
    ++begun;
    while (!open) co_await sleep_for(worker, std::chrono::milliseconds(5));
    ++ended;
    co_return GrpcOutgoing{.body = std::move(call.body)};
  }
  void await_begun(int count) {
    for (int tries = 0; tries < 1000 && begun < count; ++tries)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    REQUIRE(begun == count);
  }
};

}  // namespace godwit::net::testing
