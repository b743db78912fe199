#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"

/// Our errors on the wire: whole in a trailer, and in short in gRPC's own message, which is all that some callers see.
namespace godwit::rpc {

namespace v1 {
class Error;
}

inline constexpr std::string_view kErrorTrailer = "godwit-error-bin";

/// gRPC's status for it; never 0.
[[nodiscard]] int status_of(const Error& error) noexcept;
/// "not_friends: You are not friends."; 512 bytes at most.
[[nodiscard]] std::string message_of(const Error& error);
/// What stands in the trailer; 24 KiB at most: where fields are longer they are left out.
[[nodiscard]] std::string trailer_of(const Error& error);
/// nullopt: there is no such error.
[[nodiscard]] std::optional<Error> error_of(std::string_view trailer);

void write(const Error& from, v1::Error& to);
[[nodiscard]] std::optional<Error> read(const v1::Error& from);

}  // namespace godwit::rpc
