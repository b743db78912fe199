#include <fmt/chrono.h>
#include <fmt/format.h>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "app/doctor/doctor.hpp"
#include "app/server/open_files.hpp"

namespace godwit::app {
namespace {

constexpr Millis kReleased = 1'735'689'600'000;     // 2025-01-01: no clock that is right stands before it
constexpr Millis kTolerated = 5 * 60'000;

/// 0, or the errno that binding the address ended with.
int try_bind(const Address& address) {
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(address.host.c_str(), std::to_string(address.port).c_str(), &hints, &found) != 0)
    return EADDRNOTAVAIL;
  const int fd = ::socket(found->ai_family, found->ai_socktype | SOCK_CLOEXEC, 0);
  const int on = 1;  // as the server: a port in TIME_WAIT is not in use
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const bool bound = fd >= 0 && ::bind(fd, found->ai_addr, found->ai_addrlen) == 0 && ::listen(fd, 1) == 0;
  const int problem = bound ? 0 : errno;
  ::freeaddrinfo(found);
  if (fd >= 0) ::close(fd);
  return problem;
}

std::string remedy(int problem) {
  if (problem == EADDRINUSE)
    return "Another program listens there, a running godwit perhaps (`ss -ltnp` names it); stop it or choose another "
           "port.";
  if (problem == EACCES) return "Ports below 1024 need a privilege: choose a higher one, or put a proxy in front.";
  return "Choose an address that this machine has (`ip address` lists them).";
}

}  // namespace

Findings examine_port(const std::string& setting, const Address& address) {
  const int problem = try_bind(address);
  if (problem == 0) return {};
  return {{Severity::error, fmt::format("{} ({})", setting, address.str()), std::strerror(problem), remedy(problem)}};
}

Findings examine_limits(const Config& config, std::uint64_t open_files) {
  const auto fitted = fit_connections(config, open_files);
  if (!fitted)
    return {{Severity::error, "open-file limit", fitted.error().detail, "The server does not start with it."}};
  if (fitted->http.connections == config.http.connections) return {};
  return {{Severity::warning, "open-file limit",
           fmt::format("is {}: http.connections will be {} and socket.connections {}", open_files,
                       fitted->http.connections, fitted->socket.connections),
           "Raise it (ulimit -Hn, or LimitNOFILE= in the systemd unit), or lower those settings."}};
}

Findings examine_clock(Millis now, Millis newest_file) {
  const auto shown = [](Millis time) {
    return fmt::format("{:%Y-%m-%d %H:%M}", fmt::gmtime(static_cast<std::time_t>(time / 1000)));
  };
  if (now < kReleased) {
    return {{Severity::error, "clock", fmt::format("it says {} UTC", shown(now)),
             "Set it (`timedatectl set-ntp true`): tokens and messages carry its time."}};
  }
  if (newest_file > now + kTolerated) {
    return {{Severity::warning, "clock",
             fmt::format("it says {} UTC, but data was written at {} UTC", shown(now), shown(newest_file)),
             "Set it: sessions and the inbox expire by it."}};
  }
  return {};
}

}  // namespace godwit::app
