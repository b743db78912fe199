#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "domain/conversation.hpp"
#include "domain/ids.hpp"
#include "domain/reading_rights.hpp"

namespace godwit {

/// `type` of a frame (protocol.md, "Socket").
enum class Type : std::uint16_t {
  direct = 101,
  group = 102,
  notice = 200,
  connected = 201,
  connection_error = 202,
  friend_request = 203,
  join_request = 204,
  friend_approved = 205,
  join_approved = 206,
  request_rejected = 207,
  recalled = 208,
  group_changed = 209,
  friend_changed = 210,
  acknowledge = 301,
  read = 302,
  typing = 303,
  presence = 304,
  missed = 305,
};

/// Kept in the inbox, numbered, durable: 101, 102, 200 and 203–210.
[[nodiscard]] constexpr bool is_kept(Type type) noexcept {
  const auto n = static_cast<unsigned>(type);
  return n == 101 || n == 102 || n == 200 || (n >= 203 && n <= 210);
}
/// What people wrote: 101 and 102. Only these can be recalled, searched and unread.
[[nodiscard]] constexpr bool is_chat(Type type) noexcept { return type == Type::direct || type == Type::group; }

/// One kept frame, the same for everyone who sees it; what differs by viewer (the name of the conversation, clientId,
/// 206's msgReceiver) is put in when it is rendered (wire/frame.hpp).
struct Message {
  Type type = Type::direct;
  Conversation conversation;
  MessageId id;
  Seq seq = 0;                 ///< given by the ledger
  Millis time = 0;             ///< given by the ledger: the server's when it was numbered
  std::string sender;          ///< msgSender: a user's key; 200: the service's name; 207: the request's id
  std::string receiver;        ///< msgReceiver: a user's or the group's key
  std::string text;            ///< msg
  std::string client_id;       ///< as the sender gave it; empty where the server made one up
  DeviceId sender_device;      ///< 101, 102: its device gets no push and no inbox entry of this
  std::string reply_to;        ///< id
  std::string title;           ///< 200
  std::string request, group;  ///< 203–207: the request's id, the group's key
  std::string change;          ///< 209, 210
  std::string target;          ///< 209: a member's key. 208: the recalled message's id
  Seq target_seq = 0;          ///< 208
  std::string detail;          ///< 209: the new name, role …; empty where there is none
  bool recalled = false;
  /// Who may read the conversation from this message on, and who no further than it: 209 created (everyone), 206, 209
  /// left or removed. ReadingRights are made of these alone.
  std::vector<UserKey> joined, left;
};

using MessagePtr = std::shared_ptr<const Message>;

/// What is left of a message when it was recalled.
[[nodiscard]] Message without_text(Message message);

/// Who may read the message, ascending: `readers`, whose rights are open before it (ascending), and who joins by it.
[[nodiscard]] std::vector<UserKey> who_reads(std::vector<UserKey> readers, const Message& message);
/// Of those, whose rights are open after it.
[[nodiscard]] std::vector<UserKey> who_reads_on(std::vector<UserKey> readers, const Message& message);

/// The id of a message: 48 bits of `sent_at` in ms, then 80 bits of BLAKE2b over the five fields, each behind its
/// length (protocol.md, "Message id").
[[nodiscard]] MessageId make_message_id(std::string_view sender, std::string_view receiver, Millis sent_at,
                                        std::string_view client_id, std::string_view text);
/// The client's `sentAt` if it lies within a day of `now`, else `now`.
[[nodiscard]] Millis send_time(std::optional<Millis> sent_at, Millis now) noexcept;

}  // namespace godwit
