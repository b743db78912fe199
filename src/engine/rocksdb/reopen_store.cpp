#include <chrono>
#include <thread>

#include "engine/rocksdb/log_check.hpp"
#include "engine/rocksdb/log_files.hpp"
#include "engine/rocksdb/store.hpp"

namespace godwit::rocks {
namespace {

constexpr int kPatienceMs = 2000;  // for reads under way

}  // namespace

bool Store::enter() noexcept {
  ++users_;
  if (!shut_.load()) return true;
  --users_;
  return false;
}

/// No more readers, and none left.
bool Store::shut() {
  shut_.store(true);
  for (int waited = 0; users_.load() > 0; ++waited) {
    if (waited == kPatienceMs) return shut_.store(false), false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

::rocksdb::Status Store::reopen() {
  using ::rocksdb::Status;
  if (!takes_writes(*files_, directory_.string())) return Status::IOError("the disk takes no writes");
  if (db_ && !shut()) return Status::TimedOut("reads are under way");
  close();
  const auto cut = cut_logs(directory_, synced_.now(), /*all=*/true);
  auto status = cut ? open_db(Mode::write) : Status::IOError(cut.error().detail);
  if (!status.ok()) {
    if (const auto reading = open_db(Mode::read); !reading.ok()) return reading;  // stays shut
  }
  ++generation_;
  shut_.store(false);
  return status;
}

}  // namespace godwit::rocks
