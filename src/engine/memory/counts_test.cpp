#include "engine/memory/counts.hpp"

#include "user/store/counts_suite.hpp"

namespace godwit::engine::memory {
namespace {
class Bed final : public user::suite::CountsBed {
 public:
  user::Counts& client(std::size_t) override { return counts_; }
  void advance(Millis time) override { clock_.advance(time); }

 private:
  ManualClock clock_;
  MemoryCounts counts_{clock_};
};
}  // namespace

TEST_CASE("counts in memory") {
  user::suite::counts([] { return std::make_unique<Bed>(); });
}

}  // namespace godwit::engine::memory
