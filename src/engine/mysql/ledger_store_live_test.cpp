#include "engine/mysql/ledger_store.hpp"

#include <thread>

#include "engine/mysql/ledger_fixture.hpp"

namespace godwit::mysql {
namespace {

class Bed final : public dispatch::suite::StoreBed {
 public:
  dispatch::LedgerStore& store() override { return database_.store(); }
  void wait(std::chrono::milliseconds time) override { std::this_thread::sleep_for(time); }

 private:
  testing::LedgerDatabase database_;
};

TEST_CASE("mysql: the ledger store") {
  dispatch::suite::ledger_store_suite([] { return std::make_unique<Bed>(); });
}

}  // namespace
}  // namespace godwit::mysql
