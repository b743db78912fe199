#pragma once
#include <functional>
#include <memory>
#include <string>
#include <variant>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "clients/terminal/frame.hpp"
#include "net/client/http_client.hpp"

namespace godwit::chat {

/// What becomes of the connection, in the order it happens.
struct LinkConnecting {};
struct LinkFrame {
  Frame frame;
};
struct LinkWaiting {
  Millis until = 0;  ///< when the next attempt is made
  std::string why;
};
struct LinkEnded {  ///< it is over: nothing is tried any more
  std::string why;
};
using LinkEvent = std::variant<LinkConnecting, LinkFrame, LinkWaiting, LinkEnded>;

/// Where sockets are opened, and by what.
struct Doorway {
  net::Url server, socket;
  std::string token;
  bool direct = false;  ///< a ticket is asked for before each, and `socket` is where to go without one
};

/// The socket: a thread that connects, reads, and comes back after an end as the close codes ask (backoff.hpp).
class Link {
 public:
  /// `report` is called on the link's thread.
  Link(Doorway doorway, const Clock& clock, Random& random, std::function<void(LinkEvent)> report);
  /// Waits briefly; a connection attempt that hangs is left behind.
  ~Link();
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  /// Sends a frame if there is a connection; true where it was handed to the socket. From any thread.
  bool send(std::string_view frame);

 private:
  struct Shared;
  struct Target;
  static Target choose(Shared& shared);
  static void run(const std::shared_ptr<Shared>& shared);
  static bool stand(Shared& shared, net::WebSocketClient& socket);
  static bool come_back(Shared& shared, std::optional<Millis> delay, std::string why);
  std::shared_ptr<Shared> shared_;
};

}  // namespace godwit::chat
