#include "base/whole_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace godwit {
namespace {

class File {
 public:
  explicit File(int fd) : fd_(fd) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int fd() const { return fd_; }

 private:
  int fd_;
};

std::unexpected<std::string> failed(const char* what) {
  return std::unexpected(what + std::string(std::strerror(errno)));
}

std::expected<void, std::string> fill(const File& file, std::string_view bytes) {
  if (file.fd() < 0) return failed("cannot be made: ");
  if (::write(file.fd(), bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()) || ::fsync(file.fd()) != 0)
    return failed("cannot be written: ");
  return {};
}

std::expected<void, std::string> sync_folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  const File folder(
      ::open(slash == std::string::npos ? "." : path.substr(0, slash + 1).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.fd() < 0 || ::fsync(folder.fd()) != 0) return failed("its folder cannot be synced: ");
  return {};
}

}  // namespace

std::expected<void, std::string> put_whole_file(const std::string& path, std::string_view bytes) {
  const auto beside = path + ".new";
  ::unlink(beside.c_str());
  const File file(::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (auto filled = fill(file, bytes); !filled) return filled;
  if (::rename(beside.c_str(), path.c_str()) != 0) return failed("cannot be put in place: ");
  return sync_folder_of(path);
}

std::expected<void, std::string> put_first_file(const std::string& path, std::string_view bytes) {
  auto beside = path + ".XXXXXX";
  const File file(::mkostemp(beside.data(), O_CLOEXEC));  // mode 0600
  auto put = fill(file, bytes);
  if (put && ::link(beside.c_str(), path.c_str()) != 0 && errno != EEXIST) put = failed("cannot be put in place: ");
  if (file.fd() >= 0) ::unlink(beside.c_str());
  return put ? sync_folder_of(path) : put;
}

}  // namespace godwit
