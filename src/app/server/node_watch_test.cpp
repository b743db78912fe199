#include "app/server/node_watch.hpp"

#include <doctest/doctest.h>

#include "base/testing_executor.hpp"
#include "engine/memory/registry.hpp"

namespace godwit::app {
namespace {

using namespace std::chrono_literals;

/// The registry, which may be away.
class Away final : public registry::Registry {
 public:
  explicit Away(const Clock& clock) : registry_(clock, {.lease = 8'000, .absence = 0}) {}
  Task<Result<registry::Node>> join(std::string name) override { return registry_.join(std::move(name)); }
  Task<Result<void>> renew(registry::Node node, std::uint32_t sockets, bool draining) override {
    return registry_.renew(std::move(node), sockets, draining);
  }
  Task<Result<std::vector<registry::Epoch>>> enter(registry::Node node, std::vector<registry::Socket> all) override {
    return registry_.enter(std::move(node), std::move(all));
  }
  Task<Result<void>> leave(SessionId session, registry::Epoch epoch) override {
    return registry_.leave(std::move(session), epoch);
  }
  Task<Result<std::vector<registry::Live>>> nodes() override {
    if (away) co_return fail(Code::unavailable);
    co_return co_await registry_.nodes();
  }
  Task<Result<registry::Standings>> standings(std::vector<UserKey> users) override {
    return registry_.standings(std::move(users));
  }
  Task<Result<registry::Changes>> changes_after(registry::Position after) override {
    return registry_.changes_after(after);
  }
  bool away = false;

 private:
  engine::memory::MemoryRegistry registry_;
};

std::vector<std::string> alive(const NodeWatch& watch) {
  std::vector<std::string> names;
  for (const auto& node : watch.nodes())
    if (node.alive) names.push_back(node.name);
  return names;
}

using Names = std::vector<std::string>;

TEST_CASE("node watch: who lives and takes sockets, by the registry, and what was known while it is away") {
  ManualClock clock;
  SteppedExecutor loop(clock);
  Away registry(clock);
  NodeWatch watch({{.name = "one"}, {.name = "two"}});
  const auto pass = [&](std::chrono::milliseconds time) {
    for (auto left = time; left.count() > 0; left -= 500ms) clock.advance(500), loop.run();
  };
  watch.start(registry, loop);
  pass(1s);
  CHECK(alive(watch) == Names{"one", "two"});  // nobody knows
  const auto one = *sync_wait(registry.join("one"));
  pass(1s);
  CHECK(alive(watch) == Names{"one"});
  const auto two = *sync_wait(registry.join("two"));
  REQUIRE(sync_wait(registry.renew(one, 5, true)));  // drains
  pass(1s);
  CHECK(alive(watch) == Names{"two"});
  registry.away = true;
  pass(20s);
  CHECK(alive(watch) == Names{"two"});
  registry.away = false;
  (void)sync_wait(registry.join("one"));
  pass(1s);  // the lease of two is over
  CHECK(alive(watch) == Names{"one"});
}

}  // namespace
}  // namespace godwit::app
