#include "engine/mysql/ledger_databases.hpp"

#include <array>
#include <thread>

#include "dispatch/sequencer_fixture.hpp"
#include "engine/mysql/ledger_fixture.hpp"

namespace godwit::mysql {
namespace {

using dispatch::suite::good;

class ThreeDatabases {
 public:
  dispatch::LedgerStore& store() { return *store_; }
  [[nodiscard]] std::vector<Settings> settings() const {
    std::vector<Settings> all;
    for (const auto& database : databases_) all.push_back(database.settings());
    return all;
  }
  Result<std::unique_ptr<dispatch::LedgerStore>> open(const std::vector<Settings>& databases) {
    return open_ledger(databases, random_, log_, metrics_);
  }
  std::array<testing::ScratchDatabase, 3>& databases() { return databases_; }

 private:
  std::array<testing::ScratchDatabase, 3> databases_;
  SystemRandom random_;
  Log log_{::open("/dev/null", O_WRONLY | O_CLOEXEC)};
  Metrics metrics_;
  std::unique_ptr<dispatch::LedgerStore> store_ = good(open(settings()));
};

class StoreBed final : public dispatch::suite::StoreBed {
 public:
  dispatch::LedgerStore& store() override { return databases_.store(); }
  void wait(std::chrono::milliseconds time) override { std::this_thread::sleep_for(time); }

 private:
  ThreeDatabases databases_;
};

TEST_CASE("mysql: the ledger store over three databases") {
  dispatch::suite::ledger_store_suite([] { return std::make_unique<StoreBed>(); });
}

class LedgerBed final : ThreeDatabases, public dispatch::testing::SequencerBed {
 public:
  LedgerBed() : SequencerBed(store()) {}
};

TEST_CASE("mysql: the ledger over three databases, numbered by a sequencer") {
  dispatch::suite::ledger_suite([] { return std::make_unique<LedgerBed>(); });
}

TEST_CASE("mysql: each database has the rows of its own shards") {
  ThreeDatabases three;
  {
    dispatch::testing::SequencerBed bed(three.store());
    for (int i = 0; i < 90; ++i) {
      auto draft = dispatch::suite::draft(std::to_string(i), "hello", "ann", "peer" + std::to_string(i % 30));
      CHECK(dispatch::suite::must(sync_wait(bed.ledger().append(std::move(draft)))).seq ==
            static_cast<Seq>(i / 30 + 1));
    }
  }
  std::size_t all = 0;
  for (std::size_t part = 0; part < 3; ++part) {
    auto connection = three.databases()[part].connect();
    auto done = testing::good(connection.run("SELECT shard FROM ledger_log; SELECT once FROM ledger_sent"));
    CHECK(done[0].rows.size() == done[1].rows.size());
    CHECK(done[0].rows.size() > 10);
    all += done[0].rows.size();
    while (done[0].rows.next()) CHECK(three.store().part_of(static_cast<Shard>(done[0].rows.number(0))) == part);
  }
  CHECK(all == 90);
}

TEST_CASE("mysql: databases in another order, or another number of them, are refused") {
  ThreeDatabases three;
  auto settings = three.settings();
  CHECK(three.open(settings).has_value());
  std::swap(settings[0], settings[1]);
  const auto swapped = three.open(settings);
  REQUIRE_FALSE(swapped.has_value());
  CHECK(swapped.error().detail.find("other shards") != std::string::npos);
  std::swap(settings[0], settings[1]);
  settings.pop_back();
  CHECK_FALSE(three.open(settings).has_value());
  CHECK_FALSE(three.open({}).has_value());
}

}  // namespace
}  // namespace godwit::mysql
