#pragma once
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <latch>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "net/event_loop.hpp"
#include "net/websocket_frame.hpp"

/// What the tests of this room share. Included by *_test.cpp only.
namespace godwit::net::testing {

using namespace std::chrono_literals;

/// A loop running on a thread of its own until the end of the scope.
class LoopThread {
 public:
  LoopThread() : thread_([this] { loop.run(); }) {
    std::latch running(1);
    loop.post([&] { running.count_down(); });
    running.wait();
  }
  ~LoopThread() { stop(); }
  void stop() {
    loop.stop();
    if (thread_.joinable()) thread_.join();
  }
  EventLoop loop{"test"};

 private:
  std::thread thread_;
};

/// Whether `holds` comes true within a while.
template <class Predicate>
bool eventually(Predicate holds, std::chrono::milliseconds within = 3s) {
  const auto end = std::chrono::steady_clock::now() + within;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(2ms);
  }
  return true;
}

/// A frame as a client sends it.
inline std::string client_frame(std::uint8_t first, std::string_view payload,
                                std::array<char, 4> mask = {0x11, 0x22, 0x33, 0x44}) {
  std::array<char, kMaxFrameHead> head;
  std::string frame(head.data(), encode_frame_head(first, payload.size(), head));
  frame[1] = static_cast<char>(frame[1] | 0x80);
  frame.append(mask.data(), mask.size());
  std::string masked(payload);
  apply_mask(masked.data(), masked.size(), mask, 0);
  return frame + masked;
}
inline std::string client_text(std::string_view payload) { return client_frame(0x81, payload); }

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

  struct Frame {
    std::uint8_t first = 0;
    std::string payload{};
  };
  /// One frame of a server; nothing at the end.
  std::optional<Frame> read_frame() {
    std::string head = read_exactly(2);
    if (head.size() < 2) return std::nullopt;
    std::size_t length = static_cast<std::uint8_t>(head[1]);
    if (const std::size_t more = length == 126 ? 2 : length == 127 ? 8 : 0; more != 0) {
      length = 0;
      for (const char c : read_exactly(more)) length = length << 8 | static_cast<std::uint8_t>(c);
    }
    return Frame{static_cast<std::uint8_t>(head[0]), read_exactly(length)};
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
