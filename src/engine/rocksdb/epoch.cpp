#include "engine/rocksdb/epoch.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "base/random.hpp"

namespace godwit::rocks {
namespace {

constexpr std::size_t kDigits = 16;

bool is_epoch(std::string_view text) {
  return text.size() == kDigits &&
         std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

std::unexpected<Error> cannot(const std::filesystem::path& file) {
  return fail(Code::unavailable, file.string() + ": " + std::strerror(errno));
}

/// Closes what it was given.
bool sync_and_close(int file) {
  const bool synced = file >= 0 && ::fsync(file) == 0;
  return file >= 0 && ::close(file) == 0 && synced;
}

/// Whole or not at all, whatever happens meanwhile.
Result<void> write(const std::filesystem::path& file, const std::string& text) {
  const auto fresh = file.string() + ".new";
  const int out = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const bool written = out >= 0 && ::write(out, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  if (!sync_and_close(out) || !written) return cannot(fresh);
  if (::rename(fresh.c_str(), file.c_str()) != 0) return cannot(file);
  if (!sync_and_close(::open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC))) return cannot(file);
  return {};
}

}  // namespace

Result<std::string> read_or_make_epoch(const std::filesystem::path& directory) {
  const auto file = directory / "EPOCH";
  std::string epoch;
  std::ifstream in(file);
  if (std::getline(in, epoch) && is_epoch(epoch)) return epoch;
  SystemRandom random;
  epoch = random.hex(kDigits);
  CHECK_OK(write(file, epoch + "\n"));
  return epoch;
}

}  // namespace godwit::rocks
