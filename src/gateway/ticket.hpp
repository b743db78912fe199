#pragma once
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/hmac.hpp"
#include "domain/people.hpp"

namespace godwit::gateway {

/// What lets a client open one socket at one node, past the gateway that gave it.
struct Ticket {
  std::string node;    ///< where it is good, and nowhere else
  Identity who;        ///< whose socket it will be
  std::string host;    ///< by which the gateway was asked: pages of this host may use it
  std::string number;  ///< random; the node takes each once
  Millis issued_at = 0, expires_at = 0;
};

/// Writes tickets and reads them, with the secret that all processes of a house know:
///   base64url(body mac)        body: node user session device token-expires host number issued expires
/// text: its length, then its bytes, at most 256 of them. Numbers and lengths are varints. mac: HMAC-SHA256 over
/// "godwit ticket 1" (as a text) and the body; 32 bytes. Thread-safe, no I/O.
class TicketSigner {
 public:
  explicit TicketSigner(std::string_view secret) : secret_(secret) {}

  [[nodiscard]] std::string sign(const Ticket& ticket) const;
  /// unauthenticated: not one of this house, changed, of another node, or expired. Says nothing about whether it was
  /// used, or whether its session still lives.
  [[nodiscard]] Result<Ticket> verify(std::string_view text, std::string_view node, Millis now) const;

 private:
  const Hmac secret_;
};

}  // namespace godwit::gateway
