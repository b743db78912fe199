#pragma once
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "domain/message.hpp"
#include "domain/people.hpp"

namespace godwit::wire {

/// A message as `viewer` sees it, as the JSON object of protocol.md ("Socket"): `conversation` from the viewer's side,
/// `clientId` on the viewer's own messages, 206's msgReceiver the viewer. A recalled one has `recalled:true` and
/// `msg:""`.
[[nodiscard]] std::string render(const Message& message, const UserKey& viewer);
void append(std::string& out, const Message& message, const UserKey& viewer);

/// Whether every reader but the sender sees the same bytes, so that a frame can be encoded once for all.
[[nodiscard]] bool shared_by_readers(const Message& message) noexcept;

/// The frames that are never stored.
[[nodiscard]] std::string connected_frame(const Identity& who, std::string_view node,
                                          std::int64_t ping_seconds);                            ///< 201
[[nodiscard]] std::string connection_error_frame(std::string_view code, std::string_view text);  ///< 202
[[nodiscard]] std::string read_frame(const UserKey& reader, const UserKey& viewer, const Conversation& conversation,
                                     Seq seq);  ///< 302
[[nodiscard]] std::string typing_frame(const UserKey& writer, const UserKey& viewer,
                                       const Conversation& conversation);                                 ///< 303
[[nodiscard]] std::string presence_frame(const UserKey& friend_key, const UserKey& viewer, bool online);  ///< 304
[[nodiscard]] std::string missed_frame();                                                                 ///< 305

/// A frame that a client may send: 301 or 303. Anything else is the 4504 error: code `protocol_violation`'s text in
/// detail.
struct ClientFrame {
  Type type = Type::acknowledge;
  std::string conversation;  ///< as the client calls it
  Seq seq = 0;               ///< 301
};
[[nodiscard]] Result<ClientFrame> parse_client_frame(std::string_view text);

}  // namespace godwit::wire
