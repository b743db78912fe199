#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

struct addrinfo;  // <netdb.h>

namespace godwit::net {

/// A TCP connection for blocking clients: every call ends at its deadline at the latest. Owns the descriptor. One
/// thread at a time.
class BlockingSocket {
 public:
  using Deadline = std::chrono::steady_clock::time_point;

  BlockingSocket() = default;
  BlockingSocket(const BlockingSocket&) = delete;
  BlockingSocket& operator=(const BlockingSocket&) = delete;
  ~BlockingSocket() { close(); }

  /// Tries each address of the name. An empty answer is success; otherwise the reason.
  [[nodiscard]] std::string connect(const std::string& host, const std::string& port, Deadline deadline);
  void close() noexcept;
  [[nodiscard]] bool open() const noexcept { return fd_ >= 0; }

  /// Whether the peer has closed, or said what it was not asked: the connection is of no more use.
  [[nodiscard]] bool stale() const noexcept;

  [[nodiscard]] bool write(std::string_view bytes, Deadline deadline) noexcept;
  /// Up to `size` bytes; 0 at the end; nothing on an error or past the deadline.
  [[nodiscard]] std::optional<std::size_t> read(char* into, std::size_t size, Deadline deadline) noexcept;

 private:
  [[nodiscard]] bool wait(short events, Deadline deadline) const noexcept;
  [[nodiscard]] bool connect_to(const ::addrinfo& address, Deadline deadline) noexcept;

  int fd_ = -1;
};

}  // namespace godwit::net
