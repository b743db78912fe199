#pragma once
#include <string>
#include <string_view>

#include "domain/message.hpp"
#include "base/bytes.hpp"

/// How keys are made (docs/formats.md). Conversations and users are made of [a-z0-9._:-], so a NUL ends them without
/// doubt and sorts below them; a device's id is the client's own choice and comes after its length.
namespace godwit::rocks {

// meta
inline constexpr std::string_view kReadersKey = "readers";  // the version of the index of readers
[[nodiscard]] inline std::string consumer_key(std::string_view topic) { return "consumer/" + std::string(topic); }
[[nodiscard]] inline std::string dead_letter_prefix(std::string_view topic) {
  return "dead/" + std::string(topic) + '/';
}
[[nodiscard]] inline std::string dead_letter_key(std::string_view topic, std::uint64_t offset) {
  return dead_letter_prefix(topic) + be8(offset);
}

// conversations: one conversation's few facts stand side by side
inline constexpr char kLedgerHead = 'h', kTimelineHead = 't', kFloor = 'f';
[[nodiscard]] inline std::string conversation_key(std::string_view conversation, char fact) {
  std::string key(conversation);
  key += '\0';
  key += fact;
  return key;
}

// entries
[[nodiscard]] inline std::string entry_prefix(std::string_view conversation) {
  std::string key;
  key.reserve(conversation.size() + 9);
  key += conversation;
  key += '\0';
  return key;
}
[[nodiscard]] inline std::string entry_key(std::string_view conversation, Seq seq) {
  auto key = entry_prefix(conversation);
  put_be8(key, seq);
  return key;
}

// inbox
inline constexpr char kRow = 'r', kRead = 'p', kDevice = 'd', kCursor = 'c';
inline constexpr char kReader = 'm';  // a conversation's, by user
[[nodiscard]] inline std::string inbox_prefix(char kind, std::string_view user) {
  std::string key(1, kind);
  key += user;
  key += '\0';
  return key;
}
[[nodiscard]] inline std::string inbox_key(char kind, std::string_view user, std::string_view name) {
  return inbox_prefix(kind, user) += name;
}
/// Of all of a device's cursors. The empty device is the furthest of all.
[[nodiscard]] inline std::string cursor_prefix(std::string_view user, std::string_view device) {
  auto key = inbox_prefix(kCursor, user);
  key += static_cast<char>(device.size() >> 8U);
  key += static_cast<char>(device.size());
  return key += device;
}

}  // namespace godwit::rocks
