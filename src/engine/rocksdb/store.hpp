#pragma once
#include <rocksdb/db.h>

#include <array>
#include <atomic>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "engine/rocksdb/info_log.hpp"
#include "engine/rocksdb/settings.hpp"

namespace godwit::rocks {

/// The column families: what lives and is read alike stands together.
enum class Family : unsigned char {
  meta,           ///< the consumers' cursors
  log,            ///< offset BE8 → record; trimmed at its start
  sent,           ///< once → first result; mostly asked for what is not there
  conversations,  ///< a conversation's heads and floor
  entries,        ///< the timelines
  inbox,          ///< rows, read positions, devices, cursors
};
inline constexpr std::size_t kFamilies = 6;

/// The open RocksDB directory. Thread-safe. The one place where a rocksdb::Status becomes an Error.
class Store {
 public:
  /// Damage is named with its file; a torn last record of the write-ahead log (a write that was never answered) is
  /// dropped. `env` outlives the store; nullptr: the machine's own.
  [[nodiscard]] static Result<std::unique_ptr<Store>> open(const std::filesystem::path& directory,
                                                           const Settings& settings, const Clock& clock, Log& log,
                                                           ::rocksdb::Env* env = nullptr);
  /// The same, for looking only: writes fail.
  [[nodiscard]] static Result<std::unique_ptr<Store>> open_to_read(const std::filesystem::path& directory,
                                                                   const Settings& settings, const Clock& clock,
                                                                   Log& log);
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  ~Store();

  [[nodiscard]] ::rocksdb::DB& db() noexcept { return *db_; }
  [[nodiscard]] ::rocksdb::ColumnFamilyHandle* family(Family family) const noexcept {
    return handles_[static_cast<std::size_t>(family)];
  }

  /// Into `value`; false where there is no such key. unavailable (also for damage, which is logged by name).
  [[nodiscard]] Result<bool> get(Family family, std::string_view key, ::rocksdb::PinnableSlice& value);
  [[nodiscard]] std::unique_ptr<::rocksdb::Iterator> iterate(Family family, bool fill_cache = true);
  [[nodiscard]] Result<void> check(const ::rocksdb::Status& status);
  /// What the outside may know of a failure; the whole of it goes to the log, once a second at most.
  [[nodiscard]] Error error(const ::rocksdb::Status& status);
  [[nodiscard]] Error damaged(std::string_view what);

 private:
  Store(const Clock& clock, Log& log) : clock_(clock), log_(log), info_(std::make_shared<InfoLog>(log)) {}
  [[nodiscard]] ::rocksdb::Status open_db(const std::filesystem::path& directory, const Settings& settings,
                                          ::rocksdb::Env* env, bool read_only);
  [[nodiscard]] static Result<std::unique_ptr<Store>> opened(std::unique_ptr<Store> store,
                                                             const ::rocksdb::Status& status,
                                                             const std::filesystem::path& directory);

  const Clock& clock_;
  Log& log_;
  std::shared_ptr<InfoLog> info_;
  std::unique_ptr<::rocksdb::DB> db_;
  std::array<::rocksdb::ColumnFamilyHandle*, kFamilies> handles_{};
  std::atomic<Millis> last_logged_{0};
};

}  // namespace godwit::rocks
