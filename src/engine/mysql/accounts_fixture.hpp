#pragma once
#include <mutex>
#include <set>
#include <vector>

#include "engine/mysql/accounts_database.hpp"
#include "engine/mysql/mysql_fixture.hpp"
#include "user/store/store_fixture.hpp"

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

/// Ends every connection to the database but the one that does so; how many.
inline std::size_t kill_connections(const Settings& settings) {
  auto connection = good(Connection::open(settings));
  auto found = good(connection.run("SELECT id FROM information_schema.processlist WHERE db = '" + settings.database +
                                   "' AND id <> CONNECTION_ID()"));
  std::size_t killed = 0;
  for (auto& rows = found.back().rows; rows.next();) {
    if (connection.run("KILL " + std::string(rows.text(0)))) ++killed;  // it may have ended by itself
  }
  return killed;
}

/// Databases with tables for the beds of this process, one after the other: making tables takes a second.
class AccountsDatabases {
 public:
  using Owned = std::unique_ptr<ScratchDatabase>;
  AccountsDatabases() = default;
  AccountsDatabases(const AccountsDatabases&) = delete;
  AccountsDatabases& operator=(const AccountsDatabases&) = delete;
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

/// A database for the time of a test.
class AccountsPlace {
 public:
  AccountsPlace() = default;
  AccountsPlace(const AccountsPlace&) = delete;
  AccountsPlace& operator=(const AccountsPlace&) = delete;
  ~AccountsPlace() { accounts_databases().give_back(std::move(database_)); }
  [[nodiscard]] const Settings& settings() const { return database_->settings(); }

 private:
  AccountsDatabases::Owned database_ = accounts_databases().take();
};

class MysqlBed final : public suite::Bed {
 public:
  MysqlBed() { restart(); }
  user::Store& store() override { return opened_->store(); }
  user::BulkLoader& loader() override { return opened_->database->loader(); }
  void restart() override {
    opened_.reset();
    opened_ = std::make_unique<OpenedAccounts>(place_.settings());
  }

 private:
  AccountsPlace place_;
  std::unique_ptr<OpenedAccounts> opened_;
};

/// What suite::kAnn's password hash counts: each write reads it and writes the next, `hold`ing her.
inline user::Store::Work count_one() {
  return [](user::Tables& tables) -> Result<void> {
    CHECK_OK(user::hold(tables, {suite::kAnn}));
    TRY(const auto ann, tables.accounts.find(suite::kAnn));
    CHECK_OK(tables.accounts.set_password(suite::kAnn, std::to_string(std::stoi(ann->password_hash) + 1)));
    return {};
  };
}
inline int counted(user::Store& store) {
  return std::stoi(
      suite::read(store, [](user::Tables& tables) { return tables.accounts.find(suite::kAnn); })->password_hash);
}
inline void begin_counting(user::Store& store) {
  suite::add_people(store, {suite::kAnn, suite::kBob});
  suite::write(store, [](user::Tables& tables) { return tables.accounts.set_password(suite::kAnn, "0"); });
}

inline std::unique_ptr<suite::Bed> make_mysql_bed() { return std::make_unique<MysqlBed>(); }

}  // namespace godwit::mysql::testing
