#include "app/server/node_watch.hpp"

#include <doctest/doctest.h>

#include "base/testing_executor.hpp"
#include "engine/memory/testing_registry.hpp"

namespace godwit::app {
namespace {

using namespace std::chrono_literals;

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
  engine::memory::TestingRegistry registry(clock);
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
