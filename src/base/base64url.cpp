#include "base/base64url.hpp"

#include <sodium.h>

#include <array>
#include <cstdint>

namespace godwit {
namespace {

constexpr std::uint8_t kNone = 0xFF;
constexpr auto kSixBits = [] {
  std::array<std::uint8_t, 256> table{};
  table.fill(kNone);
  std::uint8_t value = 0;
  for (const char c : std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"))
    table[static_cast<unsigned char>(c)] = value++;
  return table;
}();

}  // namespace

std::string base64url(std::string_view bytes) {
  std::string text(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  text.pop_back();  // the terminating NUL
  return text;
}

// By a table: what is read here came from outside, so that nothing is told by how long it takes. libsodium's, which
// takes as long for any text, was a tenth of what opening a socket costs.
std::optional<std::string> read_base64url(std::string_view text) {
  std::string bytes;
  bytes.reserve(text.size() * 3 / 4);
  std::uint32_t held = 0;  // the last `bits` bits of it are not written yet
  unsigned bits = 0;
  for (const char c : text) {
    const auto six = kSixBits[static_cast<unsigned char>(c)];
    if (six == kNone) return std::nullopt;
    held = held << 6U | six;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push_back(static_cast<char>(held >> bits));
  }
  const bool whole = bits != 6 && (held & ((1U << bits) - 1)) == 0;  // no bits to spare but zeros
  return whole ? std::optional(std::move(bytes)) : std::nullopt;
}

}  // namespace godwit
