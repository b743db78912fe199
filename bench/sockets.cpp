#include "sockets.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

namespace bench {

int connect_to(const Options& options) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<std::uint16_t>(options.port));
  inet_pton(AF_INET, options.address.c_str(), &to.sin_addr);
  if (fd < 0 || connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0)
    throw std::runtime_error(std::string("connect: ") + std::strerror(errno));
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  fcntl(fd, F_SETFL, O_NONBLOCK);
  return fd;
}

Client::~Client() { close(fd_); }

void Client::ended(const std::string& why) { throw std::runtime_error(why); }

void Client::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(n));
    } else if (errno == EAGAIN) {
      pollfd wait{.fd = fd_, .events = POLLOUT, .revents = 0};
      poll(&wait, 1, 1000);
    } else {
      throw std::runtime_error(std::string("send: ") + std::strerror(errno));
    }
  }
}

bool Client::read() {
  static std::array<char, 256 * 1024> buffer;
  for (;;) {
    const auto n = recv(fd_, buffer.data(), buffer.size(), 0);
    if (n == 0) return false;
    if (n < 0) return errno == EAGAIN;
    std::string_view bytes(buffer.data(), static_cast<std::size_t>(n));
    if (!in_.empty()) {
      in_ += bytes;
      bytes = in_;
    }
    const auto taken = take(bytes);
    in_ = std::string(bytes.substr(taken));
    if (static_cast<std::size_t>(n) < buffer.size()) return true;
  }
}

SocketClient::SocketClient(const Options& options, const std::string& token, OnFrame on_frame)
    : Client(connect_to(options)), on_frame_(std::move(on_frame)) {
  write(
      "GET /v1/socket HTTP/1.1\r\nHost: bench\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: "
      "13\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer " +
      token + "\r\n\r\n");
}

std::size_t SocketClient::take(std::string_view in) {
  std::size_t used = 0;
  if (!upgraded_) {
    const auto end = in.find("\r\n\r\n");
    if (end == std::string_view::npos) return 0;
    if (!in.starts_with("HTTP/1.1 101")) {
      ended("not upgraded: " + std::string(in.substr(0, in.find('\r'))));
      return in.size();
    }
    upgraded_ = true;
    used = end + 4;
  }
  for (;;) {
    const auto rest = in.substr(used);
    if (rest.size() < 2) return used;
    std::size_t head = 2, size = static_cast<unsigned char>(rest[1]) & 127U;
    if (size == 126) {
      if (rest.size() < 4) return used;
      head = 4, size = (static_cast<std::size_t>(static_cast<unsigned char>(rest[2])) << 8U) |
                       static_cast<unsigned char>(rest[3]);
    } else if (size == 127) {
      throw std::runtime_error("a frame of over 64 KiB");
    }
    if (rest.size() < head + size) return used;
    const auto opcode = static_cast<unsigned char>(rest[0]) & 15U;
    if (opcode == 1) on_frame_(rest.substr(head, size));
    if (opcode == 9) write(std::string("\x8a\x80\0\0\0\0", 6));  // pong, masked with zeros
    if (opcode == 8) {
      ended("the server closed a socket");
      return in.size();
    }
    used += head + size;
  }
}

void SocketClient::send_text(std::string_view text) {
  std::string frame = "\x81";
  if (text.size() < 126) {
    frame += static_cast<char>(0x80U | text.size());
  } else {
    frame += static_cast<char>(0xFE);
    frame += static_cast<char>(text.size() >> 8U);
    frame += static_cast<char>(text.size());
  }
  frame.append(4, '\0');
  write(frame += text);
}

void SocketClient::acknowledge(std::string_view conversation, std::uint64_t seq) {
  send_text(R"({"type":301,"conversation":")" + std::string(conversation) + R"(","seq":)" + std::to_string(seq) + "}");
}

HttpSender::HttpSender(const Options& options, std::string token, OnAnswer on_answer)
    : Client(connect_to(options)), token_(std::move(token)), on_answer_(std::move(on_answer)) {}

void HttpSender::post(std::string_view path, std::string_view json) {
  write("POST " + std::string(path) + " HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer " + token_ +
        "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(json.size()) + "\r\n\r\n" +
        std::string(json));
}

void HttpSender::get(std::string_view path, std::string_view token) {
  write("GET " + std::string(path) + " HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer " + std::string(token) +
        "\r\n\r\n");
}

std::size_t HttpSender::take(std::string_view in) {
  std::size_t used = 0;
  for (;;) {
    const auto rest = in.substr(used);
    const auto end = rest.find("\r\n\r\n");
    if (end == std::string_view::npos) return used;
    std::string head(rest.substr(0, end));
    for (char& c : head) c = static_cast<char>(std::tolower(c));
    const auto length = head.find("content-length:");
    const auto size = length == std::string::npos ? 0 : std::strtoul(head.c_str() + length + 15, nullptr, 10);
    if (rest.size() < end + 4 + size) return used;
    used += end + 4 + size;
    on_answer_(std::atoi(head.c_str() + 9), rest.substr(end + 4, size));
  }
}

Driver::Driver() : epoll_(epoll_create1(EPOLL_CLOEXEC)) {}
Driver::~Driver() { close(epoll_); }

void Driver::add(Client& client) {
  epoll_event event{.events = EPOLLIN, .data = {.ptr = &client}};
  epoll_ctl(epoll_, EPOLL_CTL_ADD, client.fd(), &event);
}

bool Driver::step(int milliseconds) {
  std::array<epoll_event, 512> events;
  const int n = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), milliseconds);
  for (int i = 0; i < n; ++i) {
    auto* client = static_cast<Client*>(events[static_cast<std::size_t>(i)].data.ptr);
    if (client->read()) continue;
    epoll_ctl(epoll_, EPOLL_CTL_DEL, client->fd(), nullptr);
    client->ended("the server ended a connection");
  }
  return n > 0;
}

void Driver::until(const std::function<bool()>& done, double seconds, const char* what) {
  const auto end = now() + seconds;
  while (!done()) {
    step(10);
    if (now() > end) throw std::runtime_error(std::string("timed out: ") + what);
  }
}

}  // namespace bench
