#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.hpp"
#include "base/random.hpp"
#include "net/http/server.hpp"

namespace godwit::net::internal {

/// A connection whose dialler knows the secret.
struct Visitor {
  RawSocket socket;     ///< behind the first message: a WebSocket as its server has it
  std::string dialler;  ///< its name
  std::string letter;
};

/// What stands behind a path.
class Door {
 public:
  virtual ~Door() = default;
  [[nodiscard]] virtual std::string_view path() const = 0;
  /// The one subprotocol that it speaks, with its version.
  [[nodiscard]] virtual std::string_view protocol() const = 0;
  /// The socket is the callee's from here on; on its loop's thread.
  virtual void enter(Visitor visitor) = 0;
};

/// The internal port of a process, served by all of its loops. The secret is checked here; a door sees no one else.
/// Bounded: so many connections that have not said who they are (more are answered 503), each with 5 s for it.
class InternalListener {
 public:
  struct Settings {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;  ///< 0: any
    std::string name;        ///< of this process
    std::string secret;
    std::size_t strangers = 1'024;
    std::chrono::milliseconds patience{5'000};
  };
  /// The doors outlive it.
  InternalListener(const std::vector<EventLoop*>& loops, Settings settings, std::vector<Door*> doors, Random& random,
                   Log& log);
  /// Any thread, while the loops run or when they have stopped. Sockets that went through a door stay.
  ~InternalListener();

  [[nodiscard]] Result<void> open();
  [[nodiscard]] std::uint16_t port() const;
  void start();
  /// Takes no more connections. Any thread.
  void drain();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace godwit::net::internal
