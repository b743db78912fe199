#include "domain/message.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>

namespace godwit {
namespace {

void hash_bytes(crypto_generichash_blake2b_state& state, const void* data, std::size_t size) {
  crypto_generichash_blake2b_update(&state, static_cast<const unsigned char*>(data), size);
}

/// A field after its length (8 bytes, little-endian), so that no two field lists hash alike.
void hash_field(crypto_generichash_blake2b_state& state, std::string_view field) {
  std::array<unsigned char, 8> size{};
  for (std::size_t i = 0; i < size.size(); ++i) size[i] = static_cast<unsigned char>(field.size() >> (8 * i));
  hash_bytes(state, size.data(), size.size());
  hash_bytes(state, field.data(), field.size());
}

}  // namespace

Message without_text(Message message) {
  message.recalled = true;
  message.text.clear();
  return message;
}

std::vector<UserKey> who_reads(std::vector<UserKey> readers, const Message& message) {
  if (message.joined.empty()) return readers;
  const auto before = static_cast<std::ptrdiff_t>(readers.size());
  readers.insert(readers.end(), message.joined.begin(), message.joined.end());
  std::ranges::sort(readers.begin() + before, readers.end());
  std::ranges::inplace_merge(readers, readers.begin() + before);
  const auto repeats = std::ranges::unique(readers);
  readers.erase(repeats.begin(), repeats.end());
  return readers;
}

std::vector<UserKey> who_reads_on(std::vector<UserKey> readers, const Message& message) {
  if (message.left.empty()) return readers;
  auto left = message.left;
  std::ranges::sort(left);
  std::erase_if(readers, [&left](const UserKey& user) { return std::ranges::binary_search(left, user); });
  return readers;
}

MessageId make_message_id(std::string_view sender, std::string_view receiver, Millis sent_at,
                          std::string_view client_id, std::string_view text) {
  constexpr std::size_t kTime = 6, kHash = 10;
  std::array<unsigned char, kTime + kHash> bytes{};
  for (std::size_t i = 0; i < kTime; ++i) bytes[i] = static_cast<unsigned char>(sent_at >> (8 * (kTime - 1 - i)));
  crypto_generichash_blake2b_state state;
  crypto_generichash_blake2b_init(&state, nullptr, 0, kHash);
  hash_field(state, sender);
  hash_field(state, receiver);
  hash_field(state, std::to_string(sent_at));
  hash_field(state, client_id);
  hash_field(state, text);
  crypto_generichash_blake2b_final(&state, bytes.data() + kTime, kHash);
  static constexpr char kHex[] = "0123456789abcdef";
  std::string hex;
  hex.reserve(2 * bytes.size());
  for (const auto byte : bytes) hex += kHex[byte >> 4], hex += kHex[byte & 15];
  return MessageId(std::move(hex));
}

Millis send_time(std::optional<Millis> sent_at, Millis now) noexcept {
  constexpr Millis kDay = 24 * 60 * 60 * 1000;
  return sent_at && *sent_at >= now - kDay && *sent_at <= now + kDay ? *sent_at : now;
}

}  // namespace godwit
