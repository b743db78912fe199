#include "engine/memory/process_registry.hpp"

#include "service/process_registry_suite.hpp"

namespace godwit::engine::memory {
namespace {

class Bed final : public processes::suite::Bed {
 public:
  processes::Registry& registry() override { return registry_; }
  void pass(Millis time) override { clock_.advance(time); }

 private:
  ManualClock clock_;
  MemoryProcessRegistry registry_{clock_};
};

TEST_CASE("memory: the registry of processes") {
  processes::suite::process_registry_suite([] { return std::make_unique<Bed>(); });
}

}  // namespace
}  // namespace godwit::engine::memory
