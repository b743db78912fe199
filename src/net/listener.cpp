#include "net/listener.hpp"

#include <arpa/inet.h>
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

/// What the kernel takes for a peer that does not read: without it grows to megabytes a connection. Enough for a full
/// window on the way.
constexpr int kUnsentMost = 128 * 1024;

bool set(int fd, int level, int option, int value) noexcept {
  return ::setsockopt(fd, level, option, &value, sizeof value) == 0;
}
bool enable(int fd, int level, int option) noexcept { return set(fd, level, option, 1); }

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
  // Accepted sockets inherit TCP_NODELAY (tcp(7)) and TCP_NOTSENT_LOWAT: one call here for one a connection.
  const bool ready = enable(fd, SOL_SOCKET, SO_REUSEADDR) && set(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, kUnsentMost) && (use == Port::alone || enable(fd, SOL_SOCKET, SO_REUSEPORT)) &&
                     enable(fd, IPPROTO_TCP, TCP_NODELAY) && ::bind(fd, found->ai_addr, found->ai_addrlen) == 0 &&
                     ::listen(fd, SOMAXCONN) == 0;
  if (!ready) {
    const int why = errno;
    ::close(fd);
    return cannot_listen(address, port, std::strerror(why));
  }
  return fd;
}

}  // namespace

Result<int> open_listener(const std::string& address, std::uint16_t port) { return listen_on(address, port, Port::shared); }

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

std::string address_text(const sockaddr_storage& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address.ss_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address).sin6_addr;
    if (IN6_IS_ADDR_V4MAPPED(&v6)) {
      ::inet_ntop(AF_INET, &v6.s6_addr[12], text.data(), text.size());
    } else {
      ::inet_ntop(AF_INET6, &v6, text.data(), text.size());
    }
  } else if (address.ss_family == AF_INET) {
    ::inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in&>(address).sin_addr, text.data(), text.size());
  }
  return text.data();
}

}  // namespace godwit::net
