#include "app/server/vital_signs.hpp"

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace godwit::app {
namespace {

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
}

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
}

/// A field of /proc/self/statm, in bytes: 0 is virtual, 1 resident.
double memory_bytes(int field) {
  std::ifstream file("/proc/self/statm");
  double pages = 0;
  for (int i = 0; i <= field; ++i) file >> pages;
  return pages * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

double open_files() {
  std::error_code problem;
  double count = -1;  // the directory itself is open while it is read
  for (auto entry = std::filesystem::directory_iterator("/proc/self/fd", problem);
       !problem && entry != std::filesystem::directory_iterator(); entry.increment(problem))
    ++count;
  return std::max(0.0, count);
}

double most_files() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<double>(limit.rlim_cur);
}

void append(std::string& out, std::string_view name, std::string_view help, std::string_view type, double value,
            std::string_view labels = {}) {
  fmt::format_to(std::back_inserter(out), "# HELP {0} {1}\n# TYPE {0} {2}\n{0}{3} {4:.15g}\n", name, help, type, labels,
                 value);
}

}  // namespace

std::uint64_t free_bytes(const std::string& directory) {
  struct statvfs room{};
  if (::statvfs(directory.c_str(), &room) != 0) return 0;
  return static_cast<std::uint64_t>(room.f_bavail) * room.f_frsize;
}

std::string vital_signs(const std::string& data, Millis started) {
  std::string out;
  append(out, "process_cpu_seconds_total", "User and system time, in seconds.", "counter", cpu_seconds());
  append(out, "process_resident_memory_bytes", "Memory that is in RAM.", "gauge", memory_bytes(1));
  append(out, "process_virtual_memory_bytes", "Address space.", "gauge", memory_bytes(0));
  append(out, "process_open_fds", "Open files, sockets among them.", "gauge", open_files());
  append(out, "process_max_fds", "Files that may be open.", "gauge", most_files());
  append(out, "process_start_time_seconds", "When the process started, in Unix seconds.", "gauge",
         static_cast<double>(started) / 1000);
  append(out, "godwit_build_info", "Always 1; the version is in the label.", "gauge", 1,
         "{version=\"" GODWIT_VERSION "\"}");
  append(out, "godwit_disk_free_bytes", "Room for the data directory on its disk.", "gauge",
         static_cast<double>(free_bytes(data)));
  return out;
}

void DiskWatch::start(Executor& loop) {
  look(free_bytes(data_));
  loop.post_after(std::chrono::minutes(1), [this, &loop] { start(loop); });
}

void DiskWatch::look(std::uint64_t free) {
  if (free >= kLittle) {
    quiet_ = 0;
  } else if (quiet_ > 0) {
    --quiet_;
  } else {
    log_.warn("disk_almost_full", {{"data", data_}, {"free_bytes", free}});
    quiet_ = kLooksAWarning - 1;
  }
}

}  // namespace godwit::app
