#include "base/bytes.hpp"

#include <doctest/doctest.h>

#include <random>

namespace godwit {

TEST_CASE("bytes: CRC-32C of RFC 3720, by the CPU and by table") {
  const std::pair<std::string, std::uint32_t> known[] = {{"", 0},
                                                         {"123456789", 0xE3069283U},
                                                         {std::string(32, '\0'), 0x8A9136AAU},
                                                         {std::string(32, '\xff'), 0x62A8AB43U}};
  for (const auto& [bytes, sum] : known) {
    CHECK(crc32c(bytes) == sum);
    CHECK(crc32c_by_table(bytes) == sum);
  }
  std::mt19937 numbers(7);
  for (std::size_t size = 0; size < 300; ++size) {
    std::string bytes;
    while (bytes.size() < size) bytes += static_cast<char>(numbers());
    for (std::size_t from = 0; from < 8; ++from) {  // wherever it begins
      const auto part = std::string_view(bytes).substr(std::min(from, size));
      CHECK(crc32c(part) == crc32c_by_table(part));
    }
  }
}

TEST_CASE("bytes: a checksum after what it is of") {
  std::string out = "what it is of";
  const auto size = out.size();
  put_crc(out);
  REQUIRE(out.size() == size + 4);
  const auto bytes = std::string_view(out);
  CHECK(has_crc(bytes.substr(0, size), bytes.substr(size)));
  out[3] ^= 1;
  CHECK_FALSE(has_crc(bytes.substr(0, size), bytes.substr(size)));
}

TEST_CASE("bytes: numbers are read as they were put") {
  std::string out;
  const std::uint64_t numbers[] = {0, 1, 127, 128, 300, 0xFFFF'FFFFU, 0x7FFF'FFFF'FFFF'FFFFU, ~std::uint64_t{0}};
  for (const auto number : numbers) put_varint(out, number);
  put_be8(out, 0x0102030405060708U);
  ByteReader reader(out);
  for (const auto number : numbers) CHECK(reader.varint() == number);
  CHECK(reader.byte() == 1);
  CHECK(reader.bytes(7).size() == 7);
  CHECK(reader.ok());
  CHECK(reader.empty());
  CHECK(read_be8(out.data() + out.size() - 8) == 0x0102030405060708U);
  CHECK(be8(1) < be8(256));
}

TEST_CASE("bytes: what ends early is not read") {
  for (const std::string bytes : {"", "\x80", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"}) {
    ByteReader reader(bytes);
    CHECK(reader.varint() == 0);
    CHECK_FALSE(reader.ok());
  }
  ByteReader reader("abc");
  CHECK(reader.bytes(4).empty());
  CHECK_FALSE(reader.ok());
  CHECK(reader.byte() == 'a');
}

}  // namespace godwit
