#include "engine/rocksdb/log_files.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>

namespace godwit::rocks {
namespace {

using ::rocksdb::IODebugContext;
using ::rocksdb::IOOptions;
using ::rocksdb::IOStatus;
using ::rocksdb::Slice;

/// A log on its way to the disk.
class LogFile final : public ::rocksdb::FSWritableFileOwnerWrapper {
 public:
  LogFile(std::unique_ptr<::rocksdb::FSWritableFile> file, std::uint64_t number, SyncedLength& synced)
      : FSWritableFileOwnerWrapper(std::move(file)), number_(number), synced_(synced) {}

  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* context) override {
    return counted(data, FSWritableFileOwnerWrapper::Append(data, options, context));
  }
  IOStatus Append(const Slice& data, const IOOptions& options, const ::rocksdb::DataVerificationInfo& verification,
                  IODebugContext* context) override {
    return counted(data, FSWritableFileOwnerWrapper::Append(data, options, verification, context));
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* context) override {
    const auto length = written_;
    return noted(length, FSWritableFileOwnerWrapper::Sync(options, context));
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* context) override {
    const auto length = written_;
    return noted(length, FSWritableFileOwnerWrapper::Fsync(options, context));
  }

 private:
  IOStatus counted(const Slice& data, IOStatus status) {
    if (status.ok()) written_ += data.size();
    return status;
  }
  IOStatus noted(std::uint64_t length, IOStatus status) {
    if (status.ok() && length > 0) synced_.grown(number_, length);
    return status;
  }

  const std::uint64_t number_;
  SyncedLength& synced_;
  std::uint64_t written_ = 0;
};

}  // namespace

std::optional<std::uint64_t> log_number(const std::string& path) {
  const auto name = std::filesystem::path(path).filename().string();
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (error != std::errc{} || std::string_view(end) != ".log") return std::nullopt;
  return number;
}

IOStatus LogFiles::NewWritableFile(const std::string& name, const ::rocksdb::FileOptions& options,
                                   std::unique_ptr<::rocksdb::FSWritableFile>* file, IODebugContext* context) {
  auto status = target()->NewWritableFile(name, options, file, context);
  if (const auto number = log_number(name); number && status.ok())
    *file = std::make_unique<LogFile>(std::move(*file), *number, synced_);
  return status;
}

IOStatus LogFiles::DeleteFile(const std::string& name, const IOOptions& options, IODebugContext* context) {
  if (const auto number = log_number(name); number && !synced_.removing(*number))
    return IOStatus::IOError("SYNCED cannot be written", name);
  return target()->DeleteFile(name, options, context);
}

bool takes_writes(::rocksdb::FileSystem& files, const std::string& directory) {
  const auto name = directory + "/PROBE";
  const std::string bytes(64U << 10U, '\0');
  std::unique_ptr<::rocksdb::FSWritableFile> file;
  auto status = files.NewWritableFile(name, {}, &file, nullptr);
  if (status.ok()) status = file->Append(bytes, {}, nullptr);
  if (status.ok()) status = file->Fsync({}, nullptr);
  if (file) {
    if (const auto closed = file->Close({}, nullptr); status.ok()) status = closed;
  }
  files.DeleteFile(name, {}, nullptr).PermitUncheckedError();
  return status.ok();
}

}  // namespace godwit::rocks
