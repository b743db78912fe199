#pragma once
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "service/user.hpp"

namespace godwit::relay {

inline constexpr std::string_view kPath = "/internal/socket";
inline constexpr std::string_view kProtocol = "godwit-socket.1";

/// What a gateway says of the socket that it relays, the letter of its first message:
///   user:text session:text device:text expires-at epoch number
/// text: its length, then its bytes; at most 256 of them. Numbers and lengths are varints.
[[nodiscard]] std::string write_letter(const user::Proven& proven);
/// malformed_request, also where a name is empty.
[[nodiscard]] Result<user::Proven> read_letter(std::string_view bytes);

}  // namespace godwit::relay
