#include "engine/rocksdb/synced_length.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>

#include "base/bytes.hpp"

namespace godwit::rocks {
namespace {

constexpr std::size_t kBytes = 24;  // within one sector: a power cut leaves the old or the new

std::string encode(const Synced& synced) {
  auto text = be8(synced.log) + be8(synced.length);
  put_be8(text, crc32c(text));
  return text;
}

std::optional<Synced> read_from(int file) {
  std::array<char, kBytes> bytes{};
  if (::pread(file, bytes.data(), kBytes, 0) != static_cast<ssize_t>(kBytes)) return std::nullopt;
  const Synced synced{.log = read_be8(bytes.data()), .length = read_be8(bytes.data() + 8)};
  if (encode(synced) != std::string_view(bytes.data(), kBytes)) return std::nullopt;
  return synced;
}

}  // namespace

std::optional<Synced> SyncedLength::read(const std::filesystem::path& directory) {
  const int file = ::open(path(directory).c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return std::nullopt;
  const auto synced = read_from(file);
  ::close(file);
  return synced;
}

SyncedLength::~SyncedLength() {
  if (file_ >= 0) ::close(file_);
}

Result<void> SyncedLength::open(const std::filesystem::path& directory) {
  std::lock_guard lock(mutex_);
  file_ = ::open(path(directory).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file_ < 0) return fail(Code::unavailable, path(directory).string() + ": " + std::strerror(errno));
  synced_ = read_from(file_).value_or(Synced{});
  write();
  return {};
}

void SyncedLength::grown(std::uint64_t log, std::uint64_t length) {
  std::lock_guard lock(mutex_);
  if (log < synced_.log || (log == synced_.log && length <= synced_.length)) return;
  synced_ = {.log = log, .length = length};
  write();
}

bool SyncedLength::removing(std::uint64_t log) {
  std::lock_guard lock(mutex_);
  if (file_ < 0) return true;
  if (log == synced_.log) synced_ = {};
  if (!write() || ::fdatasync(file_) != 0) return false;
  return true;
}

Synced SyncedLength::now() const {
  std::lock_guard lock(mutex_);
  return synced_;
}

// Where it cannot be written the file says less than the truth, which loses nothing but a check.
bool SyncedLength::write() {
  const auto text = encode(synced_);
  return ::pwrite(file_, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size());
}

}  // namespace godwit::rocks
