#pragma once
#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

/// For live tests: a wire to a server that is cut where it hurts.
namespace godwit::mysql::testing {

/// Carries connections to the server at 127.0.0.1:`port`, until what a client sends has `word` in it: that one is cut.
class CutWire {
 public:
  enum class Cut : char { never, before_it_arrives, before_its_answer };

  explicit CutWire(int port, std::string_view word) : server_port_(port), word_(word), door_(socket_at(0, false)) {
    acceptor_ = std::jthread([this](const std::stop_token& stop) { accept(stop); });
  }
  CutWire(const CutWire&) = delete;
  CutWire& operator=(const CutWire&) = delete;
  ~CutWire() {
    acceptor_ = {};
    carriers_.clear();
    ::close(door_);
  }

  [[nodiscard]] std::string address() const {
    sockaddr_in here{};
    socklen_t size = sizeof here;
    REQUIRE(::getsockname(door_, reinterpret_cast<sockaddr*>(&here), &size) == 0);
    return "127.0.0.1:" + std::to_string(ntohs(here.sin_port));
  }
  /// The next time that `word` is sent; once.
  void cut_next(Cut how) { cut_ = how; }
  [[nodiscard]] bool was_cut() const { return cut_ == Cut::never; }

 private:
  /// Listens, or is connected.
  static int socket_at(int port, bool connect) {
    const int made = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in place{.sin_family = AF_INET,
                      .sin_port = htons(static_cast<std::uint16_t>(port)),
                      .sin_addr = {htonl(INADDR_LOOPBACK)},
                      .sin_zero = {}};
    auto* const address = reinterpret_cast<sockaddr*>(&place);
    if (connect) {
      (void)::connect(made, address, sizeof place);
    } else {
      REQUIRE(::bind(made, address, sizeof place) == 0);
      REQUIRE(::listen(made, 16) == 0);
    }
    return made;
  }
  static bool readable(int socket) {
    pollfd waiting{.fd = socket, .events = POLLIN, .revents = 0};
    return ::poll(&waiting, 1, 20) > 0;
  }

  void accept(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      if (!readable(door_)) continue;
      const int client = ::accept(door_, nullptr, nullptr);
      carriers_.emplace_back([this, client](const std::stop_token& ended) {
        const int server = socket_at(server_port_, true);
        while (!ended.stop_requested() && carry(client, server) && carry(server, client)) {
        }
        ::close(client);
        ::close(server);
      });
    }
  }

  /// What has come in one direction; false: one of them is gone, or the wire is cut.
  bool carry(int from, int to) {
    if (!readable(from)) return true;
    std::array<char, 65536> bytes{};
    const auto size = ::recv(from, bytes.data(), bytes.size(), 0);
    if (size <= 0) return false;
    const std::string_view sent(bytes.data(), static_cast<std::size_t>(size));
    const auto how = sent.contains(word_) ? cut_.exchange(Cut::never) : Cut::never;
    if (how == Cut::before_it_arrives) return false;
    if (::send(to, sent.data(), sent.size(), MSG_NOSIGNAL) != size) return false;
    if (how != Cut::before_its_answer) return true;
    while (!readable(to)) {
    }
    return false;
  }

  const int server_port_;
  const std::string word_;
  const int door_;
  std::atomic<Cut> cut_{Cut::never};
  std::vector<std::jthread> carriers_;  // the acceptor's, until it has ended
  std::jthread acceptor_;
};

}  // namespace godwit::mysql::testing
