#include "engine/sqlite/seal.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <utility>

#include "engine/sqlite/log_mark.hpp"

namespace godwit::engine::sqlite {
namespace {

constexpr std::uint64_t kMagic = 0x31'4C'41'45'53'57'47'00;  // "\0GWSEAL1", little-endian
constexpr std::int64_t kHead = 4096;

std::int64_t place_of(std::int64_t offset) { return kHead + offset / static_cast<std::int64_t>(Seal::kPage) * 8; }

/// Two running sums over 64-bit words, and where the page belongs; 0 only by chance, and then 1.
std::uint64_t sum_of(std::int64_t offset, std::string_view page) {
  std::uint64_t first = static_cast<std::uint64_t>(offset) + 1, second = 0;
  for (std::size_t at = 0; at + 8 <= page.size(); at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, page.data() + at, 8);
    first += word;
    second = std::rotl(second, 5) + first;
  }
  const auto sum = (first * 0x9E37'79B9'7F4A'7C15U) ^ (second * 0xC2B2'AE3D'27D4'EB4FU);
  return sum == 0 ? 1 : sum;
}

struct Head {
  std::uint64_t magic = kMagic, salt = 0, length = 0, sum = 0;
  [[nodiscard]] std::uint64_t own_sum() const { return (magic ^ salt) * 0x9E37'79B9'7F4A'7C15U + length * 31 + 7; }
};

bool write_all(int file, const void* bytes, std::size_t size, std::int64_t at) {
  return ::pwrite(file, bytes, size, at) == static_cast<ssize_t>(size);
}

std::unexpected<Error> failed(const std::string& path) {
  return fail(Code::unavailable, path + ": " + std::strerror(errno));
}

/// Sums of all pages as they are.
Result<void> make(const std::string& database) {
  const auto path = database + "-seal", beside = path + ".new";
  const int to = ::open(beside.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (to < 0) return failed(beside);
  const int from = ::open(database.c_str(), O_RDONLY | O_CLOEXEC);
  Head head;
  head.sum = head.own_sum();
  bool good = write_all(to, &head, sizeof head, 0);
  std::array<char, Seal::kPage> page{};
  for (std::int64_t at = 0; from >= 0 && good && ::pread(from, page.data(), page.size(), at) == Seal::kPage;
       at += Seal::kPage) {
    const auto sum = sum_of(at, {page.data(), page.size()});
    good = write_all(to, &sum, sizeof sum, place_of(at));
  }
  good = good && ::fsync(to) == 0;
  if (from >= 0) ::close(from);
  ::close(to);
  if (!good || ::rename(beside.c_str(), path.c_str()) != 0) return failed(path);
  return {};
}

}  // namespace

Result<void> Seal::prepare(const std::string& database) {
  if (!exists(database)) return make(database);
  const auto seal = open(database);
  if (!seal) return failed(database + "-seal");
  return check_log(database + "-wal", seal->log(), database + "-seal");
}

bool Seal::exists(const std::string& database) { return ::access((database + "-seal").c_str(), F_OK) == 0; }

std::optional<Seal> Seal::open(const std::string& database) {
  const int file = ::open((database + "-seal").c_str(), O_RDWR | O_CLOEXEC);
  return file < 0 ? std::nullopt : std::optional(Seal(file));
}

Seal::Seal(Seal&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
Seal::~Seal() {
  if (file_ >= 0) ::close(file_);
}

Seal::LogMark Seal::log() const {
  Head head;
  if (::pread(file_, &head, sizeof head, 0) != sizeof head || head.magic != kMagic || head.sum != head.own_sum())
    return {};
  return {.salt = head.salt, .length = head.length};
}

bool Seal::write_log(const LogMark& mark) {
  Head head{.salt = mark.salt, .length = mark.length};
  head.sum = head.own_sum();
  return write_all(file_, &head, sizeof head, 0);
}

void Seal::log_synced(const LogMark& mark) {
  const auto before = log();
  if (before.length != 0 && (before.salt != mark.salt || before.length >= mark.length)) return;
  write_log(mark);  // where it cannot be written it says less than the truth
}

bool Seal::log_begins_anew() { return log().length == 0 || (write_log({}) && sync()); }

bool Seal::page_written(std::int64_t offset, std::string_view page) {
  const auto sum = sum_of(offset, page);
  return write_all(file_, &sum, sizeof sum, place_of(offset));
}

bool Seal::page_checks(std::int64_t offset, std::string_view page) const {
  std::uint64_t sum = 0;
  if (::pread(file_, &sum, sizeof sum, place_of(offset)) != sizeof sum) sum = 0;
  // A page that SQLite skipped when the file grew was never written: a hole.
  if (sum == 0) return std::ranges::all_of(page, [](char byte) { return byte == 0; });
  return sum == sum_of(offset, page);
}

void Seal::truncated(std::int64_t size) {
  if (::ftruncate(file_, place_of(size)) != 0) return;  // sums of pages that are not there hurt nobody
}

bool Seal::sync() { return ::fdatasync(file_) == 0; }

}  // namespace godwit::engine::sqlite
