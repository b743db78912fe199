#pragma once
#include <fcntl.h>

#include <memory>

#include "dispatch/ledger_store_suite.hpp"
#include "engine/mysql/ledger_store.hpp"
#include "engine/mysql/mysql_fixture.hpp"

namespace godwit::mysql::testing {

/// A ledger's store on a database of its own.
class LedgerDatabase {
 public:
  explicit LedgerDatabase(const Settings& server = testing::server()) : database_(server) {}

  LedgerStore& store() { return *store_; }
  ScratchDatabase& database() { return database_; }
  /// The statement that finds the ids of all connections to the database.
  [[nodiscard]] std::string connections() const {
    return "SELECT id FROM information_schema.processlist WHERE db = '" + database_.settings().database + "'";
  }
  /// One more process on the same database.
  std::unique_ptr<LedgerStore> another() { return another(database_.settings()); }
  std::unique_ptr<LedgerStore> another(const Settings& settings) {
    return dispatch::suite::good(LedgerStore::open(settings, random_, log_, metrics_));
  }

 private:
  ScratchDatabase database_;
  SystemRandom random_;
  Log log_{::open("/dev/null", O_WRONLY | O_CLOEXEC)};
  Metrics metrics_;
  std::unique_ptr<LedgerStore> store_ = another();
};

}  // namespace godwit::mysql::testing
