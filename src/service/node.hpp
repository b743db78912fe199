#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "domain/people.hpp"
#include "net/shared_frame.hpp"

namespace godwit::node {

/// One frame and whom it is for: every connected device of `user`, or of each of `users`; they all share the frame.
/// Of `skip_user` only the devices other than `skip_device` get it; none at all where `skip_device` is empty.
struct Push {
  UserKey user{};
  std::shared_ptr<const std::vector<UserKey>> users{};  ///< instead of `user`, where it is set
  net::SharedFrame frame{};
  UserKey skip_user{};
  DeviceId skip_device{};
};

using PushBatch = std::shared_ptr<const std::vector<Push>>;

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
