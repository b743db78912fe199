#pragma once
#include <functional>
#include <string>

#include "base/error.hpp"
#include "net/http/http.hpp"
#include "net/loop/event_loop.hpp"

namespace godwit::net::internal {

/// Reads the first message of a socket that was upgraded: one masked, binary frame of at most `kMost` bytes. On the
/// socket's loop.
class FirstMessage final : public Readiness {
 public:
  static constexpr std::size_t kMost = 4'096;

  struct Outcome {
    Result<std::string> payload;  ///< malformed_request: something else came; unavailable: nothing, or not in time
    RawSocket socket;             ///< behind it; the callee's
  };
  using Done = std::move_only_function<void(Outcome)>;

  /// `done` is called once, not before `start`; the object goes later. Destroyed before, it closes the
  /// socket.
  FirstMessage(RawSocket socket, Done done) : socket_(std::move(socket)), done_(std::move(done)) {}
  FirstMessage(const FirstMessage&) = delete;
  FirstMessage& operator=(const FirstMessage&) = delete;
  ~FirstMessage() override;

  void start();
  /// Its time is over.
  void give_up() { finish(fail(Code::unavailable, "no first message in time")); }

 private:
  void on_ready(bool readable, bool writable, bool hung_up) override;
  /// False: over.
  bool look();
  void finish(Result<std::string> payload);

  RawSocket socket_;  ///< `early`: what has come
  Done done_;
};

}  // namespace godwit::net::internal
