#pragma once
#include <rocksdb/file_system.h>

#include <memory>
#include <optional>
#include <string>

#include "engine/rocksdb/synced_length.hpp"

namespace godwit::rocks {

/// The number of a write-ahead log by its name; nullopt: another file.
[[nodiscard]] std::optional<std::uint64_t> log_number(const std::string& path);

/// The files below RocksDB, as they are; tells `synced` how far each write-ahead log was synced.
class LogFiles final : public ::rocksdb::FileSystemWrapper {
 public:
  LogFiles(const std::shared_ptr<::rocksdb::FileSystem>& files, SyncedLength& synced)
      : FileSystemWrapper(files), synced_(synced) {}
  [[nodiscard]] const char* Name() const override { return "godwit"; }

  ::rocksdb::IOStatus NewWritableFile(const std::string& name, const ::rocksdb::FileOptions& options,
                                      std::unique_ptr<::rocksdb::FSWritableFile>* file,
                                      ::rocksdb::IODebugContext* context) override;
  ::rocksdb::IOStatus DeleteFile(const std::string& name, const ::rocksdb::IOOptions& options,
                                 ::rocksdb::IODebugContext* context) override;

 private:
  SyncedLength& synced_;
};

/// Whether the disk takes writes and syncs: tries it with a small file in `directory`.
[[nodiscard]] bool takes_writes(::rocksdb::FileSystem& files, const std::string& directory);

}  // namespace godwit::rocks
