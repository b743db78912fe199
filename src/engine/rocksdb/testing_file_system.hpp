#pragma once
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <random>
#include <string>

/// For tests: a file system whose writes fail when told, and which can lose what was not synced.
namespace godwit::rocks::testing {

class FileSystem final : public ::rocksdb::FileSystemWrapper {
 public:
  using IOStatus = ::rocksdb::IOStatus;
  FileSystem() : FileSystemWrapper(::rocksdb::FileSystem::Default()) {}
  [[nodiscard]] const char* Name() const override { return "testing"; }

  std::atomic<bool> fail_log_append{false}, fail_log_sync{false}, disk_full{false}, dead{false};

  /// From now on nothing is written any more. Then close the database and call `lose_unsynced`.
  void cut_power() { dead = true; }
  /// What the disk held when the power went: all that was synced; of the rest of a log any of its pages, in no order.
  void lose_unsynced(unsigned seed) {
    std::mt19937 random(seed);
    std::lock_guard lock(mutex_);
    for (const auto& [path, size] : synced_) {
      std::error_code ignored;
      if (!std::filesystem::exists(path, ignored) || std::filesystem::file_size(path) <= size) continue;
      if (is_log(path) && random() % 4 != 0)
        lose_pages(path, size, random);
      else
        std::filesystem::resize_file(path, size);
    }
    synced_.clear();
    dead = false;
  }

  IOStatus NewWritableFile(const std::string& name, const ::rocksdb::FileOptions& options,
                           std::unique_ptr<::rocksdb::FSWritableFile>* file,
                           ::rocksdb::IODebugContext* context) override {
    if (auto status = refuse(name, false); !status.ok()) return status;
    std::unique_ptr<::rocksdb::FSWritableFile> real;
    auto status = target()->NewWritableFile(name, options, &real, context);
    if (!status.ok()) return status;
    note_synced(name, 0);
    *file = std::make_unique<File>(std::move(real), *this, name);
    return status;
  }
  IOStatus GetFreeSpace(const std::string& path, const ::rocksdb::IOOptions& options, std::uint64_t* free,
                        ::rocksdb::IODebugContext* context) override {
    if (disk_full) return *free = 0, IOStatus::OK();
    return target()->GetFreeSpace(path, options, free, context);
  }
  IOStatus RenameFile(const std::string& from, const std::string& to, const ::rocksdb::IOOptions& options,
                      ::rocksdb::IODebugContext* context) override {
    auto status = target()->RenameFile(from, to, options, context);
    std::lock_guard lock(mutex_);
    if (auto node = synced_.extract(from)) {
      synced_.erase(to);
      node.key() = to;
      synced_.insert(std::move(node));
    }
    return status;
  }

 private:
  static void lose_pages(const std::string& path, std::uint64_t synced, std::mt19937& random) {
    constexpr std::uint64_t kPage = 512;
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    const auto end = std::filesystem::file_size(path);
    for (auto at = synced; at < end; at = (at / kPage + 1) * kPage) {
      if (random() % 2 == 0) continue;
      file.seekp(static_cast<std::streamoff>(at));
      file << std::string(std::min(end, (at / kPage + 1) * kPage) - at, '\0');
    }
  }
  [[nodiscard]] static bool is_log(const std::string& name) {
    return name.ends_with(".log") || name.ends_with("/PROBE");
  }
  [[nodiscard]] IOStatus refuse(const std::string& name, bool sync) const {
    if (dead) return IOStatus::IOError("the power is cut");
    if (is_log(name) && (sync ? fail_log_sync : fail_log_append)) return IOStatus::IOError("told to fail");
    if (is_log(name) && disk_full && !sync) {
      auto status = IOStatus::NoSpace("told to be full");
      status.SetRetryable(true);  // as the real file system says it
      return status;
    }
    return IOStatus::OK();
  }
  void note_synced(const std::string& name, std::uint64_t size) {
    std::lock_guard lock(mutex_);
    synced_[name] = size;
  }

  class File final : public ::rocksdb::FSWritableFileOwnerWrapper {
   public:
    File(std::unique_ptr<::rocksdb::FSWritableFile> real, FileSystem& system, std::string name)
        : FSWritableFileOwnerWrapper(std::move(real)), system_(system), name_(std::move(name)) {}
    using FSWritableFileOwnerWrapper::Append;
    IOStatus Append(const ::rocksdb::Slice& data, const ::rocksdb::IOOptions& options,
                    ::rocksdb::IODebugContext* context) override {
      if (auto status = system_.refuse(name_, false); !status.ok()) return status;
      written_ += data.size();
      return FSWritableFileOwnerWrapper::Append(data, options, context);
    }
    IOStatus Sync(const ::rocksdb::IOOptions& options, ::rocksdb::IODebugContext* context) override {
      if (auto status = system_.refuse(name_, true); !status.ok()) return status;
      auto status = FSWritableFileOwnerWrapper::Sync(options, context);
      if (status.ok()) system_.note_synced(name_, written_);
      return status;
    }
    IOStatus Fsync(const ::rocksdb::IOOptions& options, ::rocksdb::IODebugContext* context) override {
      return Sync(options, context);
    }

   private:
    FileSystem& system_;
    const std::string name_;
    std::uint64_t written_ = 0;
  };

  std::mutex mutex_;
  std::map<std::string, std::uint64_t> synced_;
};

}  // namespace godwit::rocks::testing
