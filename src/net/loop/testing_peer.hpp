#pragma once
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

/// For tests: the other end of a connection.
namespace godwit::net::testing {

using namespace std::chrono_literals;

/// One end of a connection, read with a deadline.
class Peer {
 public:
  explicit Peer(int fd) : fd_(fd) {}
  Peer(Peer&& other) noexcept : fd_(std::exchange(other.fd_, -1)), kept_(std::move(other.kept_)) {}
  Peer& operator=(Peer&&) = delete;
  ~Peer() { close(); }
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }
  [[nodiscard]] int fd() const { return fd_; }

  /// False where the other side has gone.
  bool write(std::string_view bytes) const {
    while (!bytes.empty()) {
      const auto size = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (size <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(size));
    }
    return true;
  }

  /// More bytes; false at the end of the connection or of our patience.
  bool fill(std::chrono::milliseconds within = 3s) {
    pollfd poll{.fd = fd_, .events = POLLIN, .revents = 0};
    if (::poll(&poll, 1, static_cast<int>(within.count())) <= 0) return false;
    char buffer[64 * 1024];
    const auto size = ::recv(fd_, buffer, sizeof buffer, 0);
    if (size <= 0) {
      ended_ = true;
      return false;
    }
    kept_.append(buffer, static_cast<std::size_t>(size));
    return true;
  }

  std::string read_to_end(std::chrono::milliseconds within = 3s) {
    while (fill(within)) {
    }
    return std::exchange(kept_, {});
  }
  /// Whether the connection has ended (end of file or reset), as seen by a read.
  [[nodiscard]] bool ended(std::chrono::milliseconds within = 3s) {
    while (!ended_ && fill(within)) {
    }
    return ended_;
  }
  std::string read_until(std::string_view mark) {
    while (!kept_.contains(mark)) {
      if (!fill()) return std::exchange(kept_, {});
    }
    const auto end = kept_.find(mark) + mark.size();
    std::string result = kept_.substr(0, end);
    kept_.erase(0, end);
    return result;
  }
  std::string read_exactly(std::size_t size) {
    while (kept_.size() < size && fill()) {
    }
    std::string result = kept_.substr(0, size);
    kept_.erase(0, result.size());
    return result;
  }
  /// One HTTP answer with a Content-Length (or none): head and body.
  std::string read_answer() {
    std::string answer = read_until("\r\n\r\n");
    const auto at = answer.find("Content-Length: ");
    if (at != std::string::npos) answer += read_exactly(std::stoul(answer.substr(at + 16)));
    return answer;
  }

 private:
  int fd_;
  std::string kept_{};
  bool ended_ = false;
};

/// A connected TCP socket to a port of this machine.
inline Peer connect_to(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ::close(fd);
    return Peer(-1);
  }
  return Peer(fd);
}

}  // namespace godwit::net::testing
