#include "engine/rocksdb/log_check.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <fstream>
#include <map>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "engine/rocksdb/log_files.hpp"

namespace godwit::rocks {
namespace {

// The format of RocksDB's log: blocks of 32 KiB of records; a record is a masked CRC-32C (4, little-endian) over type
// and bytes, a length (2), a type (1: whole, 2, 3, 4: first, middle, last piece) and its bytes.
constexpr std::size_t kBlock = 32'768, kHead = 7;
enum : unsigned { kWhole = 1, kFirst = 2, kMiddle = 3, kLast = 4 };

std::uint32_t masked_crc(std::string_view bytes) {
  const auto crc = crc32c(bytes);
  return ((crc >> 15U) | (crc << 17U)) + 0xA282EAD8U;
}

struct Head {
  std::uint32_t crc;
  std::size_t length;
  unsigned type;
};
Head head_at(std::string_view block, std::size_t at) {
  const auto byte = [&](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(block[at + i]));
  };
  return {.crc = byte(0) | byte(1) << 8U | byte(2) << 16U | byte(3) << 24U,
          .length = byte(4) | byte(5) << 8U,
          .type = byte(6)};
}

bool checks(std::string_view block, std::size_t at) {
  if (at + kHead > block.size()) return false;
  const auto head = head_at(block, at);
  return head.type >= kWhole && head.type <= kLast && at + kHead + head.length <= block.size() &&
         masked_crc(block.substr(at + 6, 1 + head.length)) == head.crc;
}

/// A log, read block by block.
class Reader {
 public:
  explicit Reader(const std::filesystem::path& path) : file_(path, std::ios::binary) {
    std::error_code error;
    size_ = std::filesystem::file_size(path, error);
  }
  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] std::string block(std::uint64_t begin) {
    std::string bytes(std::min<std::uint64_t>(kBlock, size_ - begin), '\0');
    file_.clear();
    file_.seekg(static_cast<std::streamoff>(begin));
    file_.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(static_cast<std::size_t>(file_.gcount()));
    return bytes;
  }

 private:
  std::ifstream file_;
  std::uint64_t size_ = 0;
};

/// Where the last record ends before which everything checks.
std::uint64_t good_end(Reader& log) {
  std::uint64_t good = 0;
  bool within = false;
  for (std::uint64_t begin = 0; begin < log.size(); begin += kBlock) {
    const auto block = log.block(begin);
    std::size_t at = 0;
    while (at + kHead <= block.size()) {
      const auto head = head_at(block, at);
      if (!checks(block, at) || within != (head.type == kMiddle || head.type == kLast)) return good;
      within = head.type == kFirst || head.type == kMiddle;
      at += kHead + head.length;
      if (!within) good = begin + at;
    }
    if (block.size() < kBlock) return good;
  }
  return good;
}

/// Whether whole records come after `end`, where one does not check: each block begins with one.
bool goes_on(Reader& log, std::uint64_t end) {
  auto begin = end / kBlock * kBlock;
  const auto block = log.block(begin);
  for (auto at = end - begin + 1; at + kHead <= block.size(); ++at) {
    if (checks(block, at) && head_at(block, at).length > 0) return true;
  }
  for (begin += kBlock; begin < log.size(); begin += kBlock) {
    if (checks(log.block(begin), 0)) return true;
  }
  return false;
}

std::map<std::uint64_t, std::filesystem::path> logs_of(const std::filesystem::path& directory) {
  std::map<std::uint64_t, std::filesystem::path> logs;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(directory, error)) {
    if (const auto number = log_number(entry.path())) logs.emplace(*number, entry.path());
  }
  return logs;
}

std::unexpected<Error> damaged(const std::filesystem::path& path, std::uint64_t at) {
  return fail(Code::unavailable, path.string() + " is damaged at byte " + std::to_string(at) +
                                     ": restore the last backup (docs/operations.md, \"A damaged store\")");
}

std::unexpected<Error> missing(const std::filesystem::path& path, std::uint64_t size, std::uint64_t synced) {
  const auto there = std::filesystem::exists(path) ? " ends at byte " + std::to_string(size) : " is gone";
  return fail(Code::unavailable,
              path.string() + there + ", but " + std::to_string(synced) +
                  " bytes of it were synced: what was answered last is missing. Restore the last backup, or, to go on "
                  "without it, remove " +
                  SyncedLength::path(path.parent_path()).string());
}

}  // namespace

Result<void> check_logs(const std::filesystem::path& directory, const std::optional<Synced>& synced) {
  const auto logs = logs_of(directory);
  if (synced && synced->log != 0 && !logs.contains(synced->log)) {
    auto name = std::to_string(synced->log);
    name.insert(0, name.size() < 6 ? 6 - name.size() : 0, '0');
    return missing(directory / (name + ".log"), 0, synced->length);
  }
  for (const auto& [number, path] : logs) {
    if (synced && number > synced->log) continue;
    const bool newest = synced && number == synced->log;
    Reader log(path);
    if (newest && log.size() < synced->length) return missing(path, log.size(), synced->length);
    const auto good = good_end(log);
    const auto needed = newest ? synced->length : synced || goes_on(log, good) ? log.size() : 0;
    if (good < needed) return damaged(path, good);
  }
  return {};
}

Result<std::uint64_t> cut_logs(const std::filesystem::path& directory, const Synced& synced, bool all) {
  std::uint64_t gone = 0;
  for (const auto& [number, path] : logs_of(directory)) {
    if (number < synced.log) continue;
    Reader log(path);
    const auto kept = number == synced.log ? synced.length : 0;
    // What was written later never stays without what was written before.
    const auto end = all || gone > 0 ? kept : good_end(log);
    if (end >= log.size()) continue;
    std::error_code error;
    gone += log.size() - end;
    std::filesystem::resize_file(path, end, error);
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    const bool done = !error && file >= 0 && ::fsync(file) == 0;
    if (file >= 0) ::close(file);
    if (!done) return fail(Code::unavailable, "cannot cut " + path.string());
  }
  return gone;
}

}  // namespace godwit::rocks
