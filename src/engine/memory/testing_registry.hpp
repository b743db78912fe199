#pragma once
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/executor.hpp"
#include "engine/memory/registry.hpp"

namespace godwit::engine::memory {

/// For tests: a registry that may be away, or that one registration reaches late.
class TestingRegistry final : public registry::Registry {
 public:
  explicit TestingRegistry(const Clock& clock, RegistrySettings settings = {.lease = 8'000, .absence = 0})
      : registry_(clock, settings) {}

  Task<Result<registry::Node>> join(std::string name) override {
    if (away) co_return gone();
    co_return co_await registry_.join(std::move(name));
  }
  Task<Result<void>> renew(registry::Node node, std::uint32_t sockets, bool draining) override {
    if (away) co_return gone();
    co_return co_await registry_.renew(std::move(node), sockets, draining);
  }
  Task<Result<std::vector<registry::Epoch>>> enter(registry::Node node,
                                                   std::vector<registry::Socket> sockets) override {
    ++entered;
    if (std::exchange(hold_next, false)) co_await completion<bool>([this](auto done) { release = std::move(done); });
    if (away) co_return gone();
    co_return co_await registry_.enter(std::move(node), std::move(sockets));
  }
  Task<Result<void>> leave(SessionId session, registry::Epoch epoch) override {
    if (away) co_return gone();
    co_return co_await registry_.leave(std::move(session), epoch);
  }
  Task<Result<std::vector<registry::Live>>> nodes() override {
    if (away) co_return gone();
    co_return co_await registry_.nodes();
  }
  Task<Result<registry::Standings>> standings(std::vector<UserKey> users) override {
    ++asked;
    if (std::exchange(hold_next_asked, false))
      co_await completion<bool>([this](auto done) { release = std::move(done); });
    if (away) co_return gone();
    co_return co_await registry_.standings(std::move(users));
  }
  Task<Result<registry::Changes>> changes_after(registry::Position after) override {
    if (away) co_return gone();
    co_return co_await registry_.changes_after(after);
  }

  bool away = false;
  bool hold_next = false;        ///< the next registration arrives with `release`
  bool hold_next_asked = false;  ///< the next `standings`, the same
  int entered = 0, asked = 0;    ///< how often it was told of sockets, and asked who is there
  std::move_only_function<void(bool)> release{};

 private:
  static std::unexpected<Error> gone() { return fail(Code::unavailable, "the registry is away"); }
  MemoryRegistry registry_;
};

}  // namespace godwit::engine::memory
