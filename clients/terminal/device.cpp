#include "clients/terminal/device.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>

#include "wire/json.hpp"

namespace godwit::chat {
namespace {
constexpr int kMostTerminals = 9;

std::filesystem::path config_folder() {
  if (const char* xdg = std::getenv("XDG_CONFIG_HOME"); xdg != nullptr && *xdg == '/')
    return std::filesystem::path(xdg) / "godwit";
  if (const char* home = std::getenv("HOME"); home != nullptr && *home != 0)
    return std::filesystem::path(home) / ".config" / "godwit";
  return {};
}

/// A file name and nothing more, whatever a host is called.
std::string safe(std::string text) {
  for (char& c : text) {
    const bool fine =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
    if (!fine) c = '_';
  }
  return text;
}
}  // namespace

Device::Device(const std::string& named, const std::string& host, const std::string& key, Random& random)
    : named_(named) {
  if (!named.empty()) {
    id_ = named;
    return;
  }
  const auto folder = config_folder();
  std::error_code error;
  if (!folder.empty()) std::filesystem::create_directories(folder, error);
  const std::string stem = safe(host) + "-" + safe(key);
  for (int i = 1; !folder.empty() && !error && i <= kMostTerminals; ++i) {
    if (take_file(folder / (stem + (i == 1 ? "" : "-" + std::to_string(i)) + ".json"), random)) return;
  }
  id_ = "chat-" + random.id(16);
}

Device::~Device() {
  if (fd_ >= 0) ::close(fd_);
}

/// False: another terminal has it, or it cannot be written.
bool Device::take_file(const std::string& path, Random& random) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return false;
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    ::close(fd);
    return false;
  }
  std::array<char, 512> bytes{};
  const auto got = ::read(fd, bytes.data(), bytes.size());
  if (auto kept = wire::Fields::parse({bytes.data(), static_cast<std::size_t>(got > 0 ? got : 0)}))
    id_ = kept->maybe_text("device").value_or("");
  if (id_.empty() || id_.size() > 64) {
    id_ = "chat-" + random.id(16);
    wire::JsonWriter json;
    json.begin_object().field("device", id_).end_object();
    const std::string text = json.take() + '\n';
    const bool written =
        ::ftruncate(fd, 0) == 0 && ::pwrite(fd, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size());
    if (!written) id_.clear();
  }
  if (id_.empty()) {
    ::close(fd);
    return false;
  }
  fd_ = fd;
  return true;
}

std::string Device::name() const {
  if (!named_.empty()) return named_;
  std::array<char, 64> host{};
  return ::gethostname(host.data(), host.size() - 1) == 0 ? "godwit chat on " + std::string(host.data())
                                                          : "godwit chat";
}

}  // namespace godwit::chat
