#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "base/error.hpp"
#include "base/executor.hpp"
#include "base/random.hpp"
#include "net/http/http.hpp"

namespace godwit::net::internal {

/// Close code to whoever does not know the secret.
inline constexpr std::uint16_t kSecretDiffers = 4403;

/// Whom to dial, as what.
struct Call {
  std::string host;  ///< an IP address, or a name to look up
  std::uint16_t port = 0;
  std::string path, protocol;  ///< the door
  std::string listener;        ///< who is expected to answer there
  std::string dialler;         ///< who calls
  std::string letter{};        ///< what the door is told, at most 4,000 bytes
  int receive_buffer = 0;      ///< of the socket, in bytes; 0: as the kernel likes
  std::chrono::milliseconds deadline{2'000};
};

/// What all calls of a process share. Outlives them.
struct Phone {
  std::string secret;
  Random& random;
  Executor* resolver = nullptr;  ///< where names may be looked up, which blocks; without one only addresses are dialled
};

/// Opens a connection to the listener, on the loop of this thread: `done` is called there, once, with the socket
/// (non-blocking, TCP_NODELAY, dead peers found within 20 s) and what came behind the answer; not at all where the loop
/// ends before. unavailable: nobody answers, or it refused; unauthenticated: the secrets differ; not_found: somebody
/// else answers there.
void dial(const Phone& phone, Call call, std::move_only_function<void(Result<RawSocket>)> done);

}  // namespace godwit::net::internal
