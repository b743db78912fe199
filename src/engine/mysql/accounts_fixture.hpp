#pragma once
#include <mutex>
#include <set>
#include <vector>

#include "engine/mysql/accounts_database.hpp"
#include "engine/mysql/mysql_fixture.hpp"
#include "user/store/store_suite.hpp"

/// For live tests of the accounts.
namespace godwit::mysql::testing {
namespace suite = user::suite;

/// One process's worth of them.
struct OpenedAccounts {
  explicit OpenedAccounts(const Settings& server, const AccountsSettings& settings = {.readers = 2, .writers = 3})
      : database(suite::taken(AccountsDatabase::open(server, settings, clock, log, metrics))) {}
  user::Store& store() const { return database->store(); }
  ManualClock clock;
  Log log{-1};
  Metrics metrics;
  std::unique_ptr<AccountsDatabase> database;
};

/// Databases with tables for the beds of this process, one after the other: making tables takes a second.
class AccountsDatabases {
 public:
  using Owned = std::unique_ptr<ScratchDatabase>;
  /// One without a row, or a new one.
  Owned take() {
    std::lock_guard lock(mutex_);
    if (free_.empty()) return std::make_unique<ScratchDatabase>();
    auto database = std::move(free_.back());
    free_.pop_back();
    return database;
  }
  void give_back(Owned database) {
    auto connection = database->connect();
    auto tables = good(connection.run("SHOW TABLES"));
    std::string empty = "SET SESSION foreign_key_checks = 0; BEGIN";
    for (auto& rows = tables.back().rows; rows.next();) {
      const std::string name(rows.text(0));
      if (!kKept.contains(name)) empty += "; DELETE FROM " + name;
    }
    good(connection.run(empty + "; COMMIT"));
    std::lock_guard lock(mutex_);
    free_.push_back(std::move(database));
  }

 private:
  inline static const std::set<std::string> kKept{"schema_migrations", "name_words_state", "write_locks"};
  std::mutex mutex_;
  std::vector<Owned> free_;
};
inline AccountsDatabases& accounts_databases() {
  static AccountsDatabases databases;
  return databases;
}

class MysqlBed final : public suite::Bed {
 public:
  MysqlBed() { restart(); }
  MysqlBed(const MysqlBed&) = delete;
  MysqlBed& operator=(const MysqlBed&) = delete;
  ~MysqlBed() override {
    opened_.reset();
    accounts_databases().give_back(std::move(scratch_));
  }
  user::Store& store() override { return opened_->store(); }
  user::BulkLoader& loader() override { return opened_->database->loader(); }
  void restart() override {
    opened_.reset();
    opened_ = std::make_unique<OpenedAccounts>(scratch_->settings());
  }

 private:
  AccountsDatabases::Owned scratch_ = accounts_databases().take();
  std::unique_ptr<OpenedAccounts> opened_;
};

inline std::unique_ptr<suite::Bed> make_mysql_bed() { return std::make_unique<MysqlBed>(); }

}  // namespace godwit::mysql::testing
