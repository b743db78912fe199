#pragma once
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace godwit::rpc::testing {

/// Stands between a caller and a server; once frozen it passes nothing on and closes nothing, as a machine that
/// vanished.
class FreezingProxy {
 public:
  explicit FreezingProxy(int to) : to_(to), listening_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    auto here = loopback(0);
    socklen_t size = sizeof here;
    ::bind(listening_, reinterpret_cast<sockaddr*>(&here), size);
    ::listen(listening_, 16);
    ::getsockname(listening_, reinterpret_cast<sockaddr*>(&here), &size);
    port_ = ntohs(here.sin_port);
    accepting_ = std::jthread([this](const std::stop_token& stop) { accept(stop); });
  }
  [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  /// When this comes back, nothing more passes.
  void freeze() {
    frozen_ = true;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));  // beyond a poll that began before
  }

 private:
  static sockaddr_in loopback(int port) {
    sockaddr_in out{};
    out.sin_family = AF_INET;
    out.sin_port = htons(static_cast<std::uint16_t>(port));
    out.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return out;
  }
  void accept(const std::stop_token& stop) {
    std::vector<std::jthread> pairs;
    while (!stop.stop_requested()) {
      pollfd ready{.fd = listening_, .events = POLLIN, .revents = 0};
      if (::poll(&ready, 1, 20) <= 0) continue;
      const int from = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
      const int to = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
      auto there = loopback(to_);
      ::connect(to, reinterpret_cast<sockaddr*>(&there), sizeof there);
      pairs.emplace_back([this, from, to](const std::stop_token& end) { pass_on(end, from, to); });
    }
    pairs.clear();
    ::close(listening_);
  }
  void pass_on(const std::stop_token& stop, int a, int b) const {
    std::array<pollfd, 2> ends{{{.fd = a, .events = POLLIN, .revents = 0}, {.fd = b, .events = POLLIN, .revents = 0}}};
    std::array<char, 65'536> buffer{};
    for (bool open = true; open && !stop.stop_requested();) {
      if (frozen_ || ::poll(ends.data(), 2, 20) <= 0) {
        std::this_thread::sleep_for(std::chrono::milliseconds(frozen_ ? 20 : 0));
        continue;
      }
      for (int i = 0; i < 2 && open; ++i) {
        if (ends[i].revents == 0) continue;
        const auto size = ::recv(ends[i].fd, buffer.data(), buffer.size(), 0);
        open = size > 0 && ::send(ends[1 - i].fd, buffer.data(), static_cast<std::size_t>(size), MSG_NOSIGNAL) == size;
      }
    }
    ::close(a);
    ::close(b);
  }

  const int to_, listening_;
  int port_ = 0;
  std::atomic<bool> frozen_{false};
  std::jthread accepting_;
};

}  // namespace godwit::rpc::testing
