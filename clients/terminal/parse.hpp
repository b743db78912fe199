#pragma once
#include <optional>
#include <string_view>

#include "clients/terminal/failure.hpp"
#include "clients/terminal/frame.hpp"

namespace godwit::chat {

/// What the server writes, as this client's shapes. Lenient: unknown fields are ignored, missing ones stay empty, so
/// that an older client goes on with a newer server; nullopt only for what is no JSON object (an item that is none is
/// left out). For Frame, Profile, FriendRow, RequestRow, GroupRow, MemberRow, Sent, Login and SocketOffer; pages of the
/// same (not of the last three), and of DeviceRow, ConversationRow and Hit.
template <class T>
[[nodiscard]] std::optional<T> parse(std::string_view json);
/// {"items":[…],"next":…}
template <class T>
[[nodiscard]] std::optional<Page<T>> parse_page(std::string_view json);

/// The fields of a problem document; `status` and Retry-After are the caller's to set.
[[nodiscard]] Failure parse_problem(std::string_view json);

}  // namespace godwit::chat
