#include "engine/memory/registry.hpp"

#include "service/registry_suite.hpp"

namespace godwit::engine::memory {
namespace {

class Bed final : public registry::suite::Bed {
 public:
  explicit Bed(RegistrySettings settings) : settings_(settings) {}
  registry::Registry& registry() override { return registry_; }
  [[nodiscard]] Millis lease() const override { return settings_.lease; }
  [[nodiscard]] Millis absence() const override { return settings_.absence; }
  void pass(Millis time) override { clock_.advance(time); }
  bool set_clock(Millis by) override { return clock_.advance(by), true; }

 private:
  const RegistrySettings settings_;
  ManualClock clock_;
  MemoryRegistry registry_{clock_, settings_};
};

TEST_CASE("memory: the registry") {
  registry::suite::registry_suite([] { return std::make_unique<Bed>(RegistrySettings{}); });
}
TEST_CASE("memory: a registry that tells at once who goes") {
  registry::suite::registry_suite([] { return std::make_unique<Bed>(RegistrySettings{.absence = 0}); });
}

TEST_CASE("memory: the registry forgets old changes, and says so") {
  ManualClock clock;
  MemoryRegistry registry(clock, {.absence = 0, .changes = 2});
  const auto node = *sync_wait(registry.join("one"));
  for (const char* session : {"a", "b", "c"})
    REQUIRE(sync_wait(registry.enter(node, {registry::suite::socket_of(UserKey(session), session)})));
  CHECK(sync_wait(registry.changes_after({.epoch = 1, .number = 0}))->lost);
  CHECK(sync_wait(registry.changes_after({.epoch = 1, .number = 1}))->changes.size() == 2);
}

TEST_CASE("memory: in one process a node lives as long as the registry, whatever the clock does") {
  ManualClock clock;
  MemoryRegistry registry(clock, kOneProcess);
  const auto node = *sync_wait(registry.join("one"));
  clock.advance(Millis{10} * 365 * 86'400'000);
  CHECK(sync_wait(registry.renew(node, 1, false)));
}

}  // namespace
}  // namespace godwit::engine::memory
