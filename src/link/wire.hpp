#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.hpp"
#include "service/link.hpp"

/// What goes over a link's wire, `godwit-link.1`. A binary message of the WebSocket is one message of the link after
/// the other, to its end:
///
///   up    (node to dispatcher)
///     snapshot   0x01 pushed users{text}            once, first
///     here       0x02 number user:text
///     gone       0x03 of:user-number
///   down  (dispatcher to node)
///     pushed     0x11 number pushes{push}
///     registered 0x12 up_to
///     missed     0x13
///
///   push  flags:byte to{user-number} [0x01: skip:user-number device:text] [0x02 not: opcode:byte payload:text]
///         flags: 0x01 somebody is skipped, 0x02 the frame is that of the push before
///   x{y}  how many, then each. text: its length in bytes, then the bytes. Numbers, counts and lengths are varints:
///         seven bits a byte, the lowest first.
///
/// User-numbers are the link's own: each user that a snapshot or a `here` names takes the next one, from 1; none is
/// used twice. So a push that was on its way when its user left means nobody, and never another one. Bounds: a user's
/// key has 1 to 64 bytes, a device 0 to 256, a frame's payload at most 1 MiB.
namespace godwit::link {

/// The node's end of a link: gives the numbers. One thread at a time.
class NodeWire {
 public:
  void encode(const Up& message, std::string& out);
  /// The messages of one binary message. Who has left since is left out. malformed_request: cut the link.
  [[nodiscard]] Result<std::vector<Down>> decode(std::string_view bytes) const;

 private:
  void give_number(const UserKey& user);

  std::uint64_t last_ = 0;
  std::unordered_map<UserKey, std::uint64_t> numbers_;
  std::unordered_map<std::uint64_t, UserKey> users_;
};

/// The dispatcher's end: learns the numbers. One thread at a time.
class DispatcherWire {
 public:
  /// Who has no number is not at the node: left out.
  void encode(const Down& message, std::string& out) const;
  [[nodiscard]] Result<std::vector<Up>> decode(std::string_view bytes);

 private:
  void encode_pushes(const Pushed& message, std::string& out) const;
  [[nodiscard]] std::uint64_t number_of(const UserKey& user) const;  ///< 0: none
  void learn(const UserKey& user);

  std::uint64_t last_ = 0;
  bool snapshot_seen_ = false;
  std::unordered_map<UserKey, std::uint64_t> numbers_;
  std::unordered_map<std::uint64_t, UserKey> users_;
};

}  // namespace godwit::link
