#include "net/client/blocking_socket.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

namespace godwit::net {

bool BlockingSocket::wait(short events, Deadline deadline) const noexcept {
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
    if (left <= 0) {
      errno = ETIMEDOUT;
      return false;
    }
    pollfd poll{.fd = fd_, .events = events, .revents = 0};
    const int found = ::poll(&poll, 1, static_cast<int>(std::min<std::int64_t>(left, 60'000)));
    if (found > 0) return true;
    if (found < 0 && errno != EINTR) return false;
  }
}

bool BlockingSocket::connect_to(const addrinfo& address, Deadline deadline) noexcept {
  fd_ = ::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd_ < 0) return false;
  const int on = 1;
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(fd_, address.ai_addr, address.ai_addrlen) == 0) return true;
  if (errno != EINPROGRESS || !wait(POLLOUT, deadline)) return false;
  int why = 0;
  socklen_t size = sizeof why;
  ::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &why, &size);
  errno = why;
  return why == 0;
}

std::string BlockingSocket::connect(const std::string& host, const std::string& port, Deadline deadline) {
  const addrinfo hints{.ai_flags = AI_NUMERICSERV, .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
  addrinfo* found = nullptr;
  if (const int why = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &found); why != 0) return ::gai_strerror(why);
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owned(found, &::freeaddrinfo);
  std::string why = "no address";
  for (const auto* address = found; address != nullptr; address = address->ai_next) {
    close();
    if (connect_to(*address, deadline)) return {};
    why = std::strerror(errno);
  }
  close();
  return why;
}

void BlockingSocket::close() noexcept {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

bool BlockingSocket::stale() const noexcept {
  pollfd poll{.fd = fd_, .events = POLLIN | POLLRDHUP, .revents = 0};
  return ::poll(&poll, 1, 0) != 0;
}

bool BlockingSocket::write(std::string_view bytes, Deadline deadline) noexcept {
  while (!bytes.empty()) {
    const auto size = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (size >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(size));
    } else if (errno == EAGAIN) {
      if (!wait(POLLOUT, deadline)) return false;
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

std::optional<std::size_t> BlockingSocket::read(char* into, std::size_t size, Deadline deadline) noexcept {
  while (true) {
    const auto got = ::recv(fd_, into, size, 0);
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno == EAGAIN) {
      if (!wait(POLLIN, deadline)) return std::nullopt;
    } else if (errno != EINTR) {
      return std::nullopt;
    }
  }
}

}  // namespace godwit::net
