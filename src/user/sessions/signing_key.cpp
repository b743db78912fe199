#include "user/sessions/signing_key.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>

#include "base/whole_file.hpp"

namespace godwit::user {
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

std::unexpected<Error> broken(const std::string& path, const std::string& what) {
  return fail(Code::internal, "signing key " + path + ": " + what);
}
std::string reason() { return std::strerror(errno); }

Result<SigningKey> load(const std::string& path, int fd) {
  struct stat about{};
  if (::fstat(fd, &about) != 0) return broken(path, reason());
  if (!S_ISREG(about.st_mode)) return broken(path, "is not a regular file");
  if ((about.st_mode & 077U) != 0)
    return broken(path, "others than its owner may read or change it; run: chmod 600 " + path);
  SigningKey key{};
  if (about.st_size != static_cast<off_t>(key.size()))
    return broken(path, "must have exactly 32 bytes; restore it, or remove it to end all sessions");
  if (::read(fd, key.data(), key.size()) != static_cast<ssize_t>(key.size())) return broken(path, reason());
  return key;
}

Result<void> make(const std::string& path, Random& random) {
  SigningKey key{};
  random.fill(std::as_writable_bytes(std::span(key)));
  const auto put = put_first_file(path, {reinterpret_cast<const char*>(key.data()), key.size()});
  if (!put) return broken(path, put.error());
  return {};
}

std::optional<Result<SigningKey>> load_if_there(const std::string& path) {
  const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (file.fd() >= 0) return load(path, file.fd());
  if (errno != ENOENT) return broken(path, "cannot be opened: " + reason());
  return std::nullopt;
}
}  // namespace

Result<SigningKey> load_or_make_signing_key(const std::string& path, Random& random) {
  if (auto there = load_if_there(path)) return *std::move(there);
  CHECK_OK(make(path, random));
  auto made = load_if_there(path);  // another process may have been first
  if (!made) return broken(path, "is gone again");
  return *std::move(made);
}

}  // namespace godwit::user
