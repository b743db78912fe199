#include "engine/sqlite/sealed_files.hpp"

#include <sqlite3.h>

#include <array>
#include <memory>
#include <mutex>
#include <new>
#include <string>
#include <utility>

#include "engine/sqlite/log_mark.hpp"
#include "engine/sqlite/seal.hpp"

namespace godwit::engine::sqlite {
namespace {

constexpr std::string_view kLogEnding = "-wal";
constexpr auto kPage = static_cast<int>(Seal::kPage);

/// An open file: ours, and behind it the real one, which SQLite's own layer makes.
struct File {
  sqlite3_file base;
  bool is_log;
  Seal* seal;               // nullptr: none
  Seal::LogMark committed;  // of a log: what the next sync makes durable
};

sqlite3_vfs* below(sqlite3_vfs* vfs) { return static_cast<sqlite3_vfs*>(vfs->pAppData); }
File& ours(sqlite3_file* file) { return *reinterpret_cast<File*>(file); }
sqlite3_file* real(sqlite3_file* file) { return reinterpret_cast<sqlite3_file*>(&ours(file) + 1); }
const sqlite3_io_methods& methods(sqlite3_file* file) { return *real(file)->pMethods; }
std::string_view view(const void* bytes, int size) {
  return {static_cast<const char*>(bytes), static_cast<std::size_t>(size)};
}
bool is_page(int size, sqlite3_int64 offset) { return size == kPage && offset % kPage == 0; }

int close_file(sqlite3_file* file) {
  const int code = methods(file).xClose(real(file));
  delete ours(file).seal;
  return code;
}

int read_file(sqlite3_file* file, void* bytes, int size, sqlite3_int64 offset) {
  const int code = methods(file).xRead(real(file), bytes, size, offset);
  const auto* seal = ours(file).seal;
  if (code != SQLITE_OK || seal == nullptr || ours(file).is_log || !is_page(size, offset)) return code;
  return seal->page_checks(offset, view(bytes, size)) ? SQLITE_OK : SQLITE_CORRUPT;
}

/// A write that is no whole page: its sum is made of what the file holds now.
bool sum_anew(sqlite3_file* file, int size, sqlite3_int64 offset) {
  std::array<char, kPage> page{};
  for (auto at = offset / kPage * kPage; at < offset + size; at += kPage) {
    if (methods(file).xRead(real(file), page.data(), kPage, at) == SQLITE_OK &&
        !ours(file).seal->page_written(at, {page.data(), page.size()}))
      return false;
  }
  return true;
}

int write_file(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
  auto& [base, is_log, seal, committed] = ours(file);
  if (seal != nullptr && is_log && offset == 0) {
    committed = {};
    if (!seal->log_begins_anew()) return SQLITE_IOERR_WRITE;
  }
  const int code = methods(file).xWrite(real(file), bytes, size, offset);
  if (code != SQLITE_OK || seal == nullptr) return code;
  if (is_log) {
    if (size == kFrameHead) {
      if (const auto mark = commit_of(offset, view(bytes, size)); mark.length != 0) committed = mark;
    }
    return code;
  }
  const bool summed =
      is_page(size, offset) ? seal->page_written(offset, view(bytes, size)) : sum_anew(file, size, offset);
  return summed ? code : SQLITE_IOERR_WRITE;
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  auto* const seal = ours(file).seal;
  if (seal != nullptr && ours(file).is_log && static_cast<std::uint64_t>(size) < seal->log().length &&
      !seal->log_begins_anew())
    return SQLITE_IOERR_TRUNCATE;
  const int code = methods(file).xTruncate(real(file), size);
  if (code == SQLITE_OK && seal != nullptr && !ours(file).is_log) seal->truncated(size);
  return code;
}

int sync_file(sqlite3_file* file, int flags) {
  auto& [base, is_log, seal, committed] = ours(file);
  const int code = methods(file).xSync(real(file), flags);
  if (code != SQLITE_OK || seal == nullptr) return code;
  if (!is_log) return seal->sync() ? SQLITE_OK : SQLITE_IOERR_FSYNC;
  if (committed.length != 0) seal->log_synced(std::exchange(committed, {}));
  return code;
}

// Handed on as they are.
int size_of(sqlite3_file* file, sqlite3_int64* size) { return methods(file).xFileSize(real(file), size); }
int lock(sqlite3_file* file, int level) { return methods(file).xLock(real(file), level); }
int unlock(sqlite3_file* file, int level) { return methods(file).xUnlock(real(file), level); }
int is_reserved(sqlite3_file* file, int* out) { return methods(file).xCheckReservedLock(real(file), out); }
int control(sqlite3_file* file, int what, void* about) { return methods(file).xFileControl(real(file), what, about); }
int sector_size(sqlite3_file* file) { return methods(file).xSectorSize(real(file)); }
int traits(sqlite3_file* file) { return methods(file).xDeviceCharacteristics(real(file)); }
int shm_map(sqlite3_file* file, int region, int size, int extend, void volatile** out) {
  return methods(file).xShmMap(real(file), region, size, extend, out);
}
int shm_lock(sqlite3_file* file, int offset, int count, int flags) {
  return methods(file).xShmLock(real(file), offset, count, flags);
}
void shm_barrier(sqlite3_file* file) { methods(file).xShmBarrier(real(file)); }
int shm_unmap(sqlite3_file* file, int remove) { return methods(file).xShmUnmap(real(file), remove); }

// Version 2: without mapped reads, which would pass us by.
constexpr sqlite3_io_methods kMethods = {
    .iVersion = 2,           .xClose = close_file,     .xRead = read_file,        .xWrite = write_file,
    .xTruncate = truncate_file, .xSync = sync_file,    .xFileSize = size_of,      .xLock = lock,
    .xUnlock = unlock,       .xCheckReservedLock = is_reserved, .xFileControl = control, .xSectorSize = sector_size,
    .xDeviceCharacteristics = traits, .xShmMap = shm_map, .xShmLock = shm_lock,   .xShmBarrier = shm_barrier,
    .xShmUnmap = shm_unmap,  .xFetch = nullptr,        .xUnfetch = nullptr};

/// Whether it could be opened; `seal` stays empty where the database has none.
bool find_seal(std::string name, bool is_log, std::unique_ptr<Seal>& seal) {
  if (is_log) name.resize(name.size() - std::min(name.size(), kLogEnding.size()));
  if (!Seal::exists(name)) return true;
  auto opened = Seal::open(name);
  if (opened) seal = std::make_unique<Seal>(std::move(*opened));
  return opened.has_value();
}

int open_file(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out) {
  auto& opened = *new (file) File{};
  const int code = below(vfs)->xOpen(below(vfs), name, real(file), flags, out);
  if (real(file)->pMethods == nullptr) return code;
  opened.base.pMethods = &kMethods;
  opened.is_log = (flags & SQLITE_OPEN_WAL) != 0;
  if (code != SQLITE_OK || name == nullptr || (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL)) == 0) return code;
  std::unique_ptr<Seal> seal;
  const bool good = find_seal(name, opened.is_log, seal);
  opened.seal = seal.release();
  return good ? code : SQLITE_CANTOPEN;
}

int delete_file(sqlite3_vfs* vfs, const char* name, int sync_directory) {
  if (const std::string path(name); path.ends_with(kLogEnding)) {
    std::unique_ptr<Seal> seal;
    if (!find_seal(path, true, seal) || (seal && !seal->log_begins_anew())) return SQLITE_IOERR_DELETE;
  }
  return below(vfs)->xDelete(below(vfs), name, sync_directory);
}

}  // namespace

void watch_sealed_files() {
  static std::once_flag once;
  static sqlite3_vfs layer;
  std::call_once(once, [] {
    auto* const standard = sqlite3_vfs_find(nullptr);
    layer = *standard;  // what is not ours is the standard layer's, which looks at nothing but its own data
    layer.zName = "godwit";
    layer.pNext = nullptr;
    layer.pAppData = standard;
    layer.szOsFile = static_cast<int>(sizeof(File)) + standard->szOsFile;
    layer.xOpen = open_file;
    layer.xDelete = delete_file;
    sqlite3_vfs_register(&layer, /*makeDflt=*/1);
  });
}

}  // namespace godwit::engine::sqlite
