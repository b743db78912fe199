#include "engine/rocksdb/log_tails.hpp"

#include <array>
#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>

namespace godwit::rocks {
namespace {

// The format of RocksDB's log: blocks of 32 KiB of records; a record is a masked CRC-32C (4, little-endian) over type
// and bytes, a length (2), a type (1: whole, 2, 3, 4: first, middle, last piece) and its bytes.
constexpr std::size_t kBlock = 32'768, kHead = 7;

constexpr auto kTable = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    table[i] = i;
    for (int bit = 0; bit < 8; ++bit) table[i] = (table[i] >> 1U) ^ ((table[i] & 1U) != 0 ? 0x82F63B78U : 0U);
  }
  return table;
}();

std::uint32_t masked_crc(std::string_view bytes) {
  std::uint32_t crc = 0xFFFFFFFFU;
  for (const char byte : bytes) crc = (crc >> 8U) ^ kTable[(crc ^ static_cast<unsigned char>(byte)) & 255U];
  crc = ~crc;
  return ((crc >> 15U) | (crc << 17U)) + 0xA282EAD8U;
}

struct Head {
  std::uint32_t crc;
  std::size_t length;
  unsigned type;
};
Head head_at(std::string_view block, std::size_t at) {
  const auto byte = [&](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(block[at + i]));
  };
  return {.crc = byte(0) | byte(1) << 8U | byte(2) << 16U | byte(3) << 24U,
          .length = byte(4) | byte(5) << 8U,
          .type = byte(6)};
}

bool whole_record_at(std::string_view block, std::size_t at) {
  if (at + kHead > block.size()) return false;
  const auto head = head_at(block, at);
  return head.type >= 1 && head.type <= 4 && head.length > 0 && at + kHead + head.length <= block.size() &&
         masked_crc(block.substr(at + 6, 1 + head.length)) == head.crc;
}

/// Where a record claims to reach beyond the end although whole ones follow; npos: nowhere.
std::size_t false_tail(std::string_view block) {
  std::size_t at = 0;
  for (; at + kHead <= block.size(); at += kHead + head_at(block, at).length) {
    if (at + kHead + head_at(block, at).length > block.size()) break;
  }
  if (at + kHead > block.size()) return std::string_view::npos;
  for (auto next = at + 1; next + kHead <= block.size(); ++next) {
    if (whole_record_at(block, next)) return at;
  }
  return std::string_view::npos;
}

Result<void> check_tail(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const auto size = std::filesystem::file_size(path);
  const auto begin = size / kBlock * kBlock;
  std::string block(size - begin, '\0');
  file.seekg(static_cast<std::streamoff>(begin));
  if (!file.read(block.data(), static_cast<std::streamsize>(block.size())))
    return fail(Code::unavailable, "cannot read " + path.string());
  const auto at = false_tail(block);
  if (at == std::string_view::npos) return {};
  return fail(Code::unavailable,
              path.string() + " is damaged: the record at " + std::to_string(begin + at) + " has a wrong length");
}

}  // namespace

Result<void> check_log_tails(const std::filesystem::path& directory) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(directory, error)) {
    if (entry.path().extension() == ".log" && entry.is_regular_file(error)) CHECK_OK(check_tail(entry.path()));
  }
  return {};
}

}  // namespace godwit::rocks
