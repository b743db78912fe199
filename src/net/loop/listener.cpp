#include "net/loop/listener.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

namespace godwit::net {
namespace {

std::unexpected<Error> cannot_listen(const std::string& address, std::uint16_t port, const char* why) {
  return fail(Code::unavailable, "cannot listen on " + address + ":" + std::to_string(port) + ": " + why);
}

/// Bytes that a socket takes beyond what its reader has room for: a reader that reads nothing holds no more of the
/// kernel's memory. More than a fast reader needs between two wake-ups of a loop.
constexpr int kNotSent = 32 * 1024;

bool set_option(int fd, int level, int option, int value = 1) noexcept {
  return ::setsockopt(fd, level, option, &value, sizeof value) == 0;
}

enum class Port : bool { alone, shared };

Result<int> listen_on(const std::string& address, std::uint16_t port, Port use) {
  const addrinfo hints{.ai_flags = AI_PASSIVE | AI_NUMERICSERV, .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
  addrinfo* found = nullptr;
  if (const int why = ::getaddrinfo(address.c_str(), std::to_string(port).c_str(), &hints, &found); why != 0) {
    return cannot_listen(address, port, ::gai_strerror(why));
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owned(found, &::freeaddrinfo);
  const int fd = ::socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return cannot_listen(address, port, std::strerror(errno));
  // Accepted sockets inherit what is set here (tcp(7)): one call for one a connection.
  const bool ready =
      set_option(fd, SOL_SOCKET, SO_REUSEADDR) && (use == Port::alone || set_option(fd, SOL_SOCKET, SO_REUSEPORT)) &&
      set_option(fd, IPPROTO_TCP, TCP_NODELAY) && set_option(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, kNotSent) &&
      ::bind(fd, found->ai_addr, found->ai_addrlen) == 0 && ::listen(fd, SOMAXCONN) == 0;
  if (!ready) {
    const int why = errno;
    ::close(fd);
    return cannot_listen(address, port, std::strerror(why));
  }
  return fd;
}

}  // namespace

Result<int> open_listener(const std::string& address, std::uint16_t port) {
  return listen_on(address, port, Port::shared);
}

Result<void> check_port_free(const std::string& address, std::uint16_t port) {
  TRY(const int fd, listen_on(address, port, Port::alone));
  ::close(fd);
  return {};
}

std::uint16_t bound_port(int fd) noexcept {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  if (address.ss_family == AF_INET6) return ntohs(reinterpret_cast<const sockaddr_in6&>(address).sin6_port);
  return ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
}

IpAddress address_of(const sockaddr_storage& address) {
  std::array<std::uint8_t, 4> four{};
  std::array<std::uint8_t, 16> sixteen{};
  if (address.ss_family == AF_INET6) {
    std::memcpy(sixteen.data(), &reinterpret_cast<const sockaddr_in6&>(address).sin6_addr, sixteen.size());
    return IpAddress(sixteen);
  }
  std::memcpy(four.data(), &reinterpret_cast<const sockaddr_in&>(address).sin_addr, four.size());
  return IpAddress::v4(four);
}

}  // namespace godwit::net
