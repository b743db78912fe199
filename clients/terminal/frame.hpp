#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "domain/message.hpp"

namespace godwit::chat {

/// A frame as this client received it; fields that it did not carry are empty. Texts are as the server sent them: what
/// goes to a terminal passes through `printable` (columns.hpp) first.
struct Frame {
  Type type = Type::direct;
  std::string sender, receiver, text;
  std::string id, conversation;
  Seq seq = 0;
  Millis time = 0;
  bool recalled = false;
  std::string reply_to;   ///< id
  std::string client_id;  ///< on my own messages
  std::string title;      ///< 200
  std::string request, group;
  std::string change;   ///< 209, 210
  std::string target;   ///< 208: the recalled message's id; 209: a member's key
  Seq target_seq = 0;   ///< 208
  std::string detail;   ///< 209: the new name or role, or until when muted in ms
  bool online = false;  ///< 304
  std::string code;     ///< 202
  Millis ping_s = 0;    ///< 201
};

struct Person {
  std::string key, name;
};
struct Profile {
  std::string key, name, bio;
  Millis created_at = 0;
};
struct FriendRow {
  Person user;
  std::string alias;
  Millis since = 0;
  bool online = false;
};
/// A friend request (`target` is the receiver) or a group request (`target` is the group).
struct RequestRow {
  std::string id;
  bool of_group = false;
  Person sender, target;
  std::string note, state;
  Millis created_at = 0;
};
struct GroupRow {
  std::string key, name, notice, join_policy, owner, role;
  std::int64_t member_count = 0;
};
struct MemberRow {
  Person user;
  std::string role;
  Millis muted_until = 0;
};
struct DeviceRow {
  std::string session, device, name;
  Millis last_seen_at = 0;
  bool current = false;
};
struct ConversationRow {
  std::string conversation;
  Person other;  ///< the friend or the group
  Frame last;    ///< its seq is 0 where there is none
  Seq head = 0, read = 0;
  std::int64_t unread = 0;
};
/// A message found, and where: ranges in code points, the end exclusive.
struct Hit {
  Frame message;
  std::vector<std::pair<std::size_t, std::size_t>> highlight;
};
/// The answer to a send.
struct Sent {
  std::string id, conversation;
  Seq seq = 0;
  Millis time = 0;
};
struct Login {
  std::string token, session, node, socket;
  Millis expires_at = 0;
  Profile user;
  bool direct = false;  ///< sockets are opened at nodes, each with a ticket (SocketOffer)
};
/// A node's address, and the ticket that opens one socket there.
struct SocketOffer {
  std::string url, ticket, node;
};

template <class T>
struct Page {
  std::vector<T> items;
  std::string next;      ///< empty: the last page
  bool complete = true;  ///< /v1/offline only
  std::string epoch{};   ///< the same: which life of the server's store this is
};

}  // namespace godwit::chat
