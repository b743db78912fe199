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
#include "engine/rocksdb/synced_length.hpp"

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
  /// Damage is named with its file, a write-ahead log that lost what was synced, too; what was written after the last
  /// sync (and so never answered) is dropped where it does not check. `env` outlives the store; nullptr: the machine's
  /// own.
  [[nodiscard]] static Result<std::unique_ptr<Store>> open(const std::filesystem::path& directory,
                                                           const Settings& settings, const Clock& clock, Log& log,
                                                           ::rocksdb::Env* env = nullptr);
  /// The same, for looking only: writes fail, nothing is changed.
  [[nodiscard]] static Result<std::unique_ptr<Store>> open_to_read(const std::filesystem::path& directory,
                                                                   const Settings& settings, const Clock& clock,
                                                                   Log& log);
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  ~Store();

  /// While one lives, the database that it saw stays open. Short: `reopen` waits for all of them.
  class Use {
   public:
    explicit Use(Store& store) : store_(store.enter() ? &store : nullptr) {}
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;
    ~Use() {
      if (store_ != nullptr) store_->leave();
    }
    explicit operator bool() const noexcept { return store_ != nullptr; }  ///< false: it is being opened again

   private:
    Store* store_;
  };

  /// Only under a `Use`, or on the thread that calls `reopen`.
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

  /// After a failed write: closes the database and opens it as it was when it was last synced, so that nothing of what
  /// failed is in it. Reads are refused meanwhile, and go on afterwards even where it can only be opened for reading
  /// (then the answer is an error, and it may be tried again). One thread, which is also the only one that writes.
  [[nodiscard]] ::rocksdb::Status reopen();
  /// Counts `reopen`: what was worked out from an older state must not be written.
  [[nodiscard]] std::uint64_t generation() const noexcept { return generation_.load(); }

 private:
  enum class Mode : bool { read, write };
  Store(std::filesystem::path directory, const Settings& settings, const Clock& clock, Log& log, ::rocksdb::Env* env);
  [[nodiscard]] Result<void> prepare();
  [[nodiscard]] ::rocksdb::Status open_db(Mode mode);
  void close();
  [[nodiscard]] static Result<std::unique_ptr<Store>> opened(std::unique_ptr<Store> store,
                                                             const ::rocksdb::Status& status);
  [[nodiscard]] bool enter() noexcept;
  void leave() noexcept { --users_; }
  [[nodiscard]] bool shut();
  static void leave_later(::rocksdb::Cleanable& what, Store& store);

  const std::filesystem::path directory_;
  const Settings settings_;
  const Clock& clock_;
  Log& log_;
  std::shared_ptr<InfoLog> info_;
  SyncedLength synced_;
  std::shared_ptr<::rocksdb::FileSystem> files_;
  std::unique_ptr<::rocksdb::Env> env_;
  bool tails_known_ = false;  // SYNCED was there: what does not check after it was never answered
  std::unique_ptr<::rocksdb::DB> db_;
  std::array<::rocksdb::ColumnFamilyHandle*, kFamilies> handles_{};
  std::atomic<std::int64_t> users_{0};
  std::atomic<bool> shut_{false};
  std::atomic<std::uint64_t> generation_{0};
  std::atomic<Millis> last_logged_{0};
};

}  // namespace godwit::rocks
