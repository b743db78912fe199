#include "engine/memory/ledger_store.hpp"

#include "dispatch/ledger_store_suite.hpp"

namespace godwit::memory {
namespace {

class Bed final : public dispatch::suite::StoreBed {
 public:
  dispatch::LedgerStore& store() override { return store_; }
  void wait(std::chrono::milliseconds time) override { clock_.advance(time.count()); }

 private:
  ManualClock clock_;
  LedgerStore store_{clock_, "first"};
};

TEST_CASE("memory: the ledger store") {
  dispatch::suite::ledger_store_suite([] { return std::make_unique<Bed>(); });
}

}  // namespace
}  // namespace godwit::memory
