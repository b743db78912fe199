#pragma once
#include <atomic>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "base/task.hpp"
#include "user/store/bulk_loader.hpp"
#include "user/store/store.hpp"

namespace godwit::engine::sqlite {

struct AccountsSettings {
  std::size_t readers = 2;        ///< threads, each with a connection of its own
  std::size_t read_queue = 8192;  ///< reads waiting at most; the next one is answered `unavailable`
  std::size_t write_queue = 2048;
};

/// accounts.db: everything that the user role keeps, in one SQLite file (WAL), by SOCI. Thread-safe.
class AccountsDatabase {
 public:
  /// Opens or makes the file and brings it to the newest form. `internal` with a sentence for people where that cannot
  /// be.
  [[nodiscard]] static Result<std::unique_ptr<AccountsDatabase>> open(const std::string& path,
                                                                      const AccountsSettings& settings,
                                                                      const Clock& clock, Log& log, Metrics& metrics);
  virtual ~AccountsDatabase() = default;

  virtual user::Store& store() = 0;
  virtual user::BulkLoader& loader() = 0;
  /// Whether it reads: for /readyz. unavailable.
  virtual Task<Result<void>> ready() = 0;
  /// Reads the whole file and its references (for `godwit doctor`); `internal` naming what is wrong. Blocks.
  [[nodiscard]] virtual Result<void> check() = 0;
  /// A copy of the file as it is at one moment, while it is in use; whole or not there. `path` must not exist. Blocks;
  /// given up when `cancelled` turns true.
  [[nodiscard]] virtual Result<void> back_up(const std::string& path, const std::atomic<bool>& cancelled) = 0;
  /// Nothing of the store runs any more when it comes back; what waited is unavailable.
  virtual void stop() = 0;
};

}  // namespace godwit::engine::sqlite
