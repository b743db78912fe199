#pragma once
#include <string_view>

/// What goes with calls and answers (ADR 0032).
namespace godwit::rpc {

/// With a call: what its sender proves itself by. With an answer, as a trailer: that it is of who was proven.
inline constexpr std::string_view kProof = "godwit-proof-bin";
/// With a call of another make: "Bearer <secret>".
inline constexpr std::string_view kAuthorization = "authorization";
/// Trailer of a call that was not begun: another peer may be asked. "busy": there are too many; "leaving": not this one
/// for a while; "prove": after another proof, this one, too.
inline constexpr std::string_view kNotBegun = "godwit-not-begun";
inline constexpr std::string_view kNotBegunBusy = "busy", kNotBegunLeaving = "leaving", kNotBegunProve = "prove";

inline constexpr std::size_t kNonceBytes = 32, kLifeBytes = 32, kMostNonceBytes = 64;

}  // namespace godwit::rpc
