#pragma once
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "engine/rocksdb/bus.hpp"
#include "engine/rocksdb/cursor_store.hpp"
#include "engine/rocksdb/dead_letters.hpp"
#include "engine/rocksdb/ledger.hpp"
#include "engine/rocksdb/timeline.hpp"

namespace godwit::rocks {

/// The message store: one RocksDB directory, its writing thread, and the four ports on it. After `open` the ledger
/// takes appends; the consumers start with `bus().start()`. Destroy it (or `stop`) only when nobody calls it any more;
/// it finishes what it took.
class Database {
 public:
  /// unavailable, naming the directory and, for damage, the file. `env` is for tests; it outlives the database.
  [[nodiscard]] static Result<std::unique_ptr<Database>> open(const std::filesystem::path& directory,
                                                              const Settings& settings, const Clock& clock, Log& log,
                                                              Metrics& metrics, ::rocksdb::Env* env = nullptr);
  ~Database() { stop(); }
  void stop();

  [[nodiscard]] RocksdbLedger& ledger() noexcept { return ledger_; }
  [[nodiscard]] RocksdbBus& bus() noexcept { return bus_; }
  [[nodiscard]] RocksdbDeadLetters& dead_letters() noexcept { return dead_letters_; }
  [[nodiscard]] RocksdbTimeline& timeline() noexcept { return timeline_; }
  [[nodiscard]] RocksdbCursorStore& cursors() noexcept { return cursors_; }

  /// For /readyz: why writes fail; nullopt while they do not.
  [[nodiscard]] std::optional<std::string> trouble() const { return committer_.trouble(); }

  /// About what the inbox holds, as RocksDB estimates it without reading.
  struct Kept {
    std::uint64_t entries = 0, bytes = 0;
  };
  [[nodiscard]] Kept kept() const;

  /// A copy as of now, while running, into a directory that does not exist yet. Blocks; hard links where it can.
  [[nodiscard]] Result<void> backup(const std::filesystem::path& to);

  /// Reads everything in a database at rest, checksums and records: the first damage by name, or the latest time of a
  /// message.
  [[nodiscard]] static Result<Millis> verify(const std::filesystem::path& directory, const Clock& clock, Log& log);

 private:
  Database(std::unique_ptr<Store> store, std::string epoch, const Settings& settings, const Clock& clock, Log& log,
           Metrics& metrics);

  std::unique_ptr<Store> store_;
  Pool reads_;
  Recent recent_;
  Committer committer_;
  RocksdbLedger ledger_;
  RocksdbDeadLetters dead_letters_;
  RocksdbBus bus_;
  RocksdbTimeline timeline_;
  RocksdbCursorStore cursors_;
};

}  // namespace godwit::rocks
