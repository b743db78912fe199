#include "engine/mysql/ledger_store.hpp"

#include <fcntl.h>

#include "dispatch/ledger_store_suite.hpp"
#include "engine/mysql/mysql_fixture.hpp"

namespace godwit::mysql {
namespace {

class Bed final : public dispatch::suite::StoreBed {
 public:
  dispatch::LedgerStore& store() override { return *store_; }
  void wait(std::chrono::milliseconds time) override { std::this_thread::sleep_for(time); }

 private:
  testing::ScratchDatabase database_;
  SystemRandom random_;
  Log log_;
  Metrics metrics_;
  std::unique_ptr<LedgerStore> store_ =
      dispatch::suite::good(LedgerStore::open(database_.settings(), random_, log_, metrics_));
};

TEST_CASE("mysql: the ledger store") {
  dispatch::suite::ledger_store_suite([] { return std::make_unique<Bed>(); });
}

}  // namespace
}  // namespace godwit::mysql
