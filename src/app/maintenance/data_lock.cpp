#include "app/maintenance/data_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace godwit::app {
namespace {

namespace fs = std::filesystem;
constexpr auto kLockFile = "LOCK";

Result<void> make_directory(const std::string& data) {
  std::error_code problem;
  if (fs::is_directory(data, problem)) return {};
  fs::create_directories(data, problem);
  if (!problem) fs::permissions(data, fs::perms::owner_all, problem);
  if (problem)
    return fail(Code::bad_parameter, fmt::format("the data directory {} cannot be made: {}", data, problem.message()));
  return {};
}

std::string holder(int fd) {
  char text[32] = {};
  const auto length = ::pread(fd, text, sizeof text - 1, 0);
  return length > 0 ? fmt::format("process {}", std::string(text, static_cast<std::size_t>(length)))
                    : "another process";
}

void write_holder(int fd) {
  const auto text = std::to_string(::getpid());
  if (::ftruncate(fd, 0) != 0 || ::pwrite(fd, text.data(), text.size(), 0) < 0) return;  // only a help for whoever asks
}

}  // namespace

Result<DataLock> DataLock::take(const std::string& data) {
  CHECK_OK(make_directory(data));
  const auto path = (fs::path(data) / kLockFile).string();
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return fail(Code::bad_parameter, fmt::format("{} cannot be opened: {}", path, std::strerror(errno)));
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    auto refused =
        fail(Code::unavailable, fmt::format("the data directory {} is in use by {}; stop that server first, or use "
                                            "`godwit admin --admin ADDR:PORT` to work on it while it runs",
                                            data, holder(fd)));
    ::close(fd);
    return refused;
  }
  write_holder(fd);
  return DataLock(fd);
}

DataLock::~DataLock() {
  if (fd_ >= 0) ::close(fd_);
}

bool is_empty_data(const std::string& data) {
  std::error_code problem;
  if (!fs::exists(data, problem)) return true;
  for (const auto& entry : fs::directory_iterator(data, problem)) {
    if (entry.path().filename() != kLockFile) return false;
  }
  return !problem;
}

}  // namespace godwit::app
