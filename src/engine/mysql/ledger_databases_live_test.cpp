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
    return open_ledger(databases, home_.settings(), random_, log_, metrics_);
  }
  /// Another way to the same home.
  Result<std::unique_ptr<dispatch::LedgerStore>> open_at(const Settings& home, const std::vector<Settings>& databases) {
    return open_ledger(databases, home, random_, log_, metrics_);
  }
  testing::ScratchDatabase& home() { return home_; }
  std::array<testing::ScratchDatabase, 3>& databases() { return databases_; }

 private:
  testing::ScratchDatabase home_;
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

bool stand_elsewhere(const Result<std::unique_ptr<dispatch::LedgerStore>>& opened, const Settings& says_so) {
  return !opened && opened.error().detail.contains("stands in other databases") &&
         opened.error().detail.starts_with(says_so.address + "/" + says_so.database);
}

TEST_CASE("mysql: a ledger in other databases is refused, whichever of the places still knows the first one") {
  ThreeDatabases three;
  testing::ScratchDatabase fresh, other_home;
  const auto all = three.settings();
  auto settings = all;
  settings[1] = fresh.settings();  // for the same shards: itself it knows nothing
  CHECK(stand_elsewhere(three.open(settings), three.home().settings()));
  CHECK(stand_elsewhere(three.open_at(other_home.settings(), settings), all[0]));
  CHECK(stand_elsewhere(three.open({testing::ScratchDatabase().settings()}), three.home().settings()));
  CHECK(three.open(all).has_value());
  // Made anew: not the database that it was.
  auto connection = three.databases()[2].connect();
  testing::good(connection.run("DROP TABLE ledger_store, ledger_version, ledger_whole"));
  CHECK(stand_elsewhere(three.open(all), three.home().settings()));
}

/// As mysqldump does it.
void copy_ledger(const Settings& from, testing::ScratchDatabase& to) {
  for (const auto* table : {"ledger_version", "ledger_store", "ledger_members", "ledger_shards", "ledger_log",
                            "ledger_heads", "ledger_sent", "ledger_whole"}) {
    const auto old = from.database + "." + table, made = to.settings().database + "." + table;
    testing::good(
        to.admin().run("CREATE TABLE " + made + " LIKE " + old + "; INSERT INTO " + made + " SELECT * FROM " + old));
  }
}

class Split {
 public:
  Result<std::unique_ptr<dispatch::LedgerStore>> open(const std::vector<Settings>& databases) {
    return open_ledger(databases, home.settings(), random, log, metrics);
  }
  /// One message in each of 30 conversations; they must be of this number.
  void send(dispatch::LedgerStore& store, const std::string& round, Seq seq) {
    dispatch::testing::SequencerBed bed(store);
    for (int i = 0; i < 30; ++i) {
      auto draft = dispatch::suite::draft(round + std::to_string(i), "hello", "ann", "peer" + std::to_string(i));
      CHECK(dispatch::suite::must(sync_wait(bed.ledger().append(std::move(draft)))).seq == seq);
    }
  }
  testing::ScratchDatabase home;
  SystemRandom random;
  Log log{::open("/dev/null", O_WRONLY | O_CLOEXEC)};
  Metrics metrics;
};

TEST_CASE("mysql: a ledger is split over copies of its database: numbers and repeats go on, the old place is refused") {
  Split ledger;
  const std::vector<Settings> one{ledger.home.settings()};
  {
    auto store = good(ledger.open(one));
    ledger.send(*store, "first", 1);
    // A dispatcher's lease runs still: it may number.
    testing::good(ledger.home.connect().run("INSERT INTO ledger_members VALUES ('late', '', 32503680000000)"));
  }
  testing::ScratchDatabase left, right, third;
  for (auto* copy : {&left, &right, &third}) copy_ledger(ledger.home.settings(), *copy);
  const std::vector<Settings> two{left.settings(), right.settings()};
  CHECK(split_ledger(two, ledger.home.settings(), ledger.random).error().detail.contains("dispatchers run on it"));
  for (auto* copy : {&left, &right, &third})
    testing::good(copy->connect().run("DELETE FROM ledger_members WHERE name = 'late'"));
  CHECK_FALSE(ledger.open(two).has_value());  // not by copying alone
  for (int again = 0; again < 2; ++again) REQUIRE(split_ledger(two, ledger.home.settings(), ledger.random).has_value());
  {
    auto store = good(ledger.open(two));
    ledger.send(*store, "first", 1);  // the same sends again
    ledger.send(*store, "second", 2);
  }
  CHECK_FALSE(ledger.open(one).has_value());
  // A half has not all shards of the middle third.
  const auto into_three = split_ledger(std::vector<Settings>{left.settings(), right.settings(), third.settings()},
                                       ledger.home.settings(), ledger.random);
  REQUIRE_FALSE(into_three.has_value());
  CHECK(into_three.error().detail.contains("no copy of a database"));
  CHECK(ledger.open(two).has_value());
  CHECK_FALSE(split_ledger(one, ledger.home.settings(), ledger.random).has_value());
}

TEST_CASE("mysql: of processes that start at once with other databases one kind goes on") {
  for (int round = 0; round < 4; ++round) {
    testing::ScratchDatabase home, common, one, other;
    SystemRandom random;
    Log log{::open("/dev/null", O_WRONLY | O_CLOEXEC)};
    Metrics metrics[2];
    std::atomic<int> open = 0;
    const auto start = [&](const Settings& second, Metrics& own) {
      const std::vector<Settings> databases{common.settings(), second};
      open += open_ledger(databases, home.settings(), random, log, own) ? 1 : 0;
    };
    {
      std::jthread first([&] { start(one.settings(), metrics[0]); });
      std::jthread second([&] { start(other.settings(), metrics[1]); });
    }
    CHECK(open == 1);
  }
}

}  // namespace
}  // namespace godwit::mysql
