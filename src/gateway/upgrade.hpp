#pragma once
#include <string>
#include <vector>

#include "gateway/hand_over.hpp"
#include "net/websocket/handshake.hpp"

/// What every door for clients' sockets does alike, the gateway's and a node's own.
namespace godwit::gateway {

/// The token, or the ticket in its place: from the Authorization header, a subprotocol `bearer.<token>`, or `?token=`,
/// in that order. Takes it out of the request's query: it goes no further.
[[nodiscard]] std::string take_bearer(net::Request& request, const net::Handshake& handshake);

/// Sockets that a door opens at a time, from the token to the node's 201, and that wait their turn: each step on the
/// way has its deadline, and where thousands come at once none would meet it.
inline constexpr std::size_t kOpenings = 256, kOpeningsWaiting = 4'096;

/// 101, with `godwit.v1` where it was offered; then the socket goes to `sockets`, which outlives the connection.
[[nodiscard]] net::Response upgrade(const net::Handshake& handshake, HandOver& sockets, user::Proven proven,
                                    Slots::Slot opening);

}  // namespace godwit::gateway
