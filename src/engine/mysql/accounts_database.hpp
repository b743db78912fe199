#pragma once
#include <memory>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "base/task.hpp"
#include "engine/mysql/settings.hpp"
#include "user/store/bulk_loader.hpp"
#include "user/store/store.hpp"

namespace godwit::mysql {

struct AccountsSettings {
  std::size_t readers = 4;        ///< threads, each with a connection of its own
  std::size_t writers = 4;        ///< the same
  std::size_t read_queue = 8192;  ///< reads waiting at most; the next one is answered `unavailable`
  std::size_t write_queue = 2048;
};

/// Everything that the user role keeps, in one database of a MySQL or MariaDB server, by SOCI; shared by any number of
/// processes. Thread-safe. Where the server is away everything is `unavailable` at once, and goes on by itself when it
/// is back. `Settings::connections` is not asked here.
class AccountsDatabase {
 public:
  /// Reaches the database and brings its tables to the newest form, one process at a time; who comes second waits for a
  /// minute. Blocks. `internal` with a sentence for people where that cannot be.
  [[nodiscard]] static Result<std::unique_ptr<AccountsDatabase>> open(const Settings& server,
                                                                      const AccountsSettings& settings,
                                                                      const Clock& clock, Log& log, Metrics& metrics);
  virtual ~AccountsDatabase() = default;

  virtual user::Store& store() = 0;
  virtual user::BulkLoader& loader() = 0;
  /// Whether it reads: for /readyz. unavailable.
  virtual Task<Result<void>> ready() = 0;
  /// Nothing of the store runs any more when it comes back; what waited is unavailable.
  virtual void stop() = 0;
};

}  // namespace godwit::mysql
