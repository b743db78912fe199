#include "engine/sqlite/log_mark.hpp"

#include <array>
#include <filesystem>
#include <fstream>

namespace godwit::engine::sqlite {
namespace {

std::uint32_t big_endian(std::string_view bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = value << 8U | static_cast<unsigned char>(bytes[at + i]);
  return value;
}
std::uint64_t salt_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint64_t>(big_endian(bytes, at)) << 32U | big_endian(bytes, at + 4);
}

/// SQLite's running checksum, over pairs of 32-bit words in the byte order that the log's magic number names.
struct Checksum {
  bool big = false;
  std::uint32_t first = 0, second = 0;

  void add(std::string_view bytes) {
    for (std::size_t at = 0; at + 8 <= bytes.size(); at += 8) {
      first += word(bytes, at) + second;
      second += word(bytes, at + 4) + first;
    }
  }
  [[nodiscard]] bool stands_at(std::string_view bytes, std::size_t at) const {
    return big_endian(bytes, at) == first && big_endian(bytes, at + 4) == second;
  }

 private:
  [[nodiscard]] std::uint32_t word(std::string_view bytes, std::size_t at) const {
    const auto value = big_endian(bytes, at);
    return big ? value : __builtin_bswap32(value);
  }
};

/// How far the log checks, as SQLite would read it.
std::uint64_t good_length(std::ifstream& log, const Seal::LogMark& mark) {
  std::array<char, kLogHead> head{};
  if (!log.read(head.data(), head.size())) return 0;
  const std::string_view bytes(head.data(), head.size());
  Checksum sum{.big = (big_endian(bytes, 0) & 1U) != 0};
  sum.add(bytes.substr(0, 24));
  if (!sum.stands_at(bytes, 24) || salt_at(bytes, 16) != mark.salt) return 0;
  std::uint64_t good = kLogHead;
  std::array<char, kFrameHead + Seal::kPage> frame{};
  while (good < mark.length && log.read(frame.data(), frame.size())) {
    const std::string_view whole(frame.data(), frame.size());
    sum.add(whole.substr(0, 8));
    sum.add(whole.substr(kFrameHead));
    if (salt_at(whole, 8) != mark.salt || !sum.stands_at(whole, 16)) break;
    good += frame.size();
  }
  return good;
}

}  // namespace

Result<void> check_log(const std::string& path, const Seal::LogMark& mark, const std::string& seal) {
  if (mark.length == 0) return {};
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  std::string what;
  if (error) {
    what = " is gone, but ";
  } else if (size < mark.length) {
    what = " ends at byte " + std::to_string(size) + ", but ";
  } else {
    std::ifstream log(path, std::ios::binary);
    const auto good = good_length(log, mark);
    if (good >= mark.length) return {};
    what = " is damaged at byte " + std::to_string(good) + ", and ";
  }
  return fail(Code::unavailable, path + what + std::to_string(mark.length) +
                                     " bytes of it were synced: what was answered last is missing. Restore the last "
                                     "backup, or, to go on without it, remove " +
                                     seal);
}

Seal::LogMark commit_of(std::int64_t offset, std::string_view head) {
  if (big_endian(head, 4) == 0) return {};
  return {.salt = salt_at(head, 8), .length = static_cast<std::uint64_t>(offset) + kFrameHead + Seal::kPage};
}

}  // namespace godwit::engine::sqlite
