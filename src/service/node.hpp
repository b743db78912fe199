#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "domain/people.hpp"
#include "service/link.hpp"

namespace godwit::node {

using link::Push;
using link::PushBatch;

/// Close codes of the protocol.
enum class Close : std::uint16_t {
  draining = 4001,
  too_slow = 4002,
  no_pong = 4003,
  token_expired = 4501,
  session_ended = 4502,
  too_many = 4503,
  protocol_violation = 4504,
  replaced = 4505,
};

/// What other roles may ask the node: it holds the sockets and pushes. Sockets of sessions that end it closes by
/// itself: it follows the change log. Thread-safe.
class Service {
 public:
  virtual ~Service() = default;

  /// Batches reach every socket in the order of the calls of one thread. Nobody connected: dropped; the inbox has it.
  virtual void push(PushBatch batch) = 0;
  [[nodiscard]] virtual bool online(const UserKey& user) const = 0;
  /// Sockets of the user that are open here.
  [[nodiscard]] virtual std::uint32_t sockets_of(const UserKey& user) const = 0;
  /// The node's name, as sessions carry it.
  [[nodiscard]] virtual const std::string& name() const noexcept = 0;
};

}  // namespace godwit::node
