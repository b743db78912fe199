#include "app/server/memory_keeper.hpp"

#include <malloc.h>
#include <unistd.h>

#include <fstream>

namespace godwit::app {
namespace {

std::size_t resident() {
  std::size_t all = 0, pages = 0;
  std::ifstream("/proc/self/statm") >> all >> pages;
  return pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

/// Resident bytes that nobody asked for.
std::size_t unused(std::size_t resident_bytes) {
  const auto info = ::mallinfo2();
  const auto used = info.uordblks + info.hblkhd;
  return resident_bytes > used ? resident_bytes - used : 0;
}

}  // namespace

MemoryKeeper::MemoryKeeper(Metrics& metrics)
    : given_back_(
          metrics.counter("godwit_memory_given_back_bytes_total", "Memory given back to the system after peaks.")) {}

void MemoryKeeper::start() {
  worker_.post_after(kInterval, [this] {
    look();
    start();
  });
}

void MemoryKeeper::look() {
  const auto now = resident();
  const bool falling = now <= last_;
  last_ = now;
  if (!falling || now < after_ + kMuch || unused(now) < normal_ + kMuch) return;
  ::malloc_trim(0);
  const auto left = resident();
  given_back_.add(now > left ? now - left : 0);
  normal_ = unused(left);
  last_ = after_ = left;
}

}  // namespace godwit::app
