#include "net/http/server.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "net/http/connection.hpp"
#include "net/loop/listener.hpp"

namespace godwit::net {
namespace {

using namespace std::chrono_literals;

constexpr int kAcceptsInARow = 64;     ///< before other sockets get their turn
constexpr auto kAcceptBackOff = 100ms;  ///< without free descriptors
constexpr int kRoomMade = 16;           ///< idle connections that are closed then
constexpr auto kLogPause = 10s;         ///< between two lines about that

/// How often deadlines are looked at: an eighth of the shortest, 5 ms to 1 s.
std::chrono::milliseconds sweep_interval(const HttpLimits& limits) {
  const auto shortest = std::min({limits.head_deadline, limits.body_deadline, limits.idle, limits.progress});
  return std::clamp<std::chrono::milliseconds>(shortest / 8, 5ms, 1000ms);
}

}  // namespace

/// The listening socket and the sweep. Held by the server and, weakly, by the loop's jobs.
struct HttpServer::Impl final : Readiness, std::enable_shared_from_this<Impl> {
  Impl(EventLoop& own_loop, Settings own_settings, HttpHandlers handlers, ConnectionGate& gate, Log& own_log)
      : loop(own_loop), settings(std::move(own_settings)), log(own_log) {
    shared = std::make_shared<HttpShared>(loop, settings.limits, std::move(handlers), &gate);
  }
  ~Impl() override { close_listener(); }

  void begin() {
    if (fd < 0 || watching || shared->draining) return;
    watching = loop.watch(fd, *this);
    if (!watching) log.error("listener_not_watched", {{"port", settings.port}});
    sweep();
  }

  void close_listener() {
    if (fd < 0) return;
    if (watching) loop.unwatch(fd, *this);
    ::close(fd);
    fd = -1;
  }

  void on_ready(bool, bool, bool) override { accept_some(); }

  void accept_some() {
    for (int i = 0; i < kAcceptsInARow; ++i) {
      if (fd < 0) return;
      sockaddr_storage address{};
      socklen_t size = sizeof address;
      const int accepted = ::accept4(fd, reinterpret_cast<sockaddr*>(&address), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (accepted >= 0) {
        admit(accepted, address_of(address));
      } else if (errno == EAGAIN) {
        return;
      } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
        return back_off(errno);
      }
      // Anything else is about the one connection that was lost before it was taken (accept(2)).
    }
    loop.post([weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->accept_some();
    });
  }

  /// The queue stays in the kernel until descriptors are free again; its edge is gone, so a timer looks after it.
  /// Whoever is idle makes room meanwhile.
  void back_off(int why) {
    if (loop.now() >= next_log) {
      log.error("accept_failed", {{"reason", std::strerror(why)}, {"connections", shared->connections.size()}});
      next_log = loop.now() + kLogPause;
    }
    for (int i = 0; i < kRoomMade && shared->gate->close_longest_idle();) ++i;
    loop.post_after(kAcceptBackOff, [weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->accept_some();
    });
  }

  void admit(int accepted, const IpAddress& peer) {
    const auto room = shared->gate->enter();
    if (room == ConnectionGate::Room::none) {
      ::close(accepted);
      return;
    }
    std::optional<Error> refused;
    if (room == ConnectionGate::Room::full) {
      refused = Error{.code = Code::unavailable, .detail = "no more connections can be taken", .retry_after_s = 1};
    }
    HttpConnection::start(shared, accepted, peer, std::move(refused));
  }

  /// Backwards: a connection that ends swaps the last one, already seen, into its place.
  template <class Act>
  void for_each_connection(Act act) {
    for (std::size_t i = shared->connections.size(); i-- > 0;) {
      if (i < shared->connections.size()) act(*shared->connections[i]);
    }
  }

  void sweep() {
    for_each_connection([now = loop.now()](HttpConnection& connection) { connection.expire_if_due(now); });
    loop.post_after(sweep_interval(settings.limits), [weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->sweep();
    });
  }

  void drain() {
    shared->draining = true;
    close_listener();
    for_each_connection([](HttpConnection& connection) { connection.close_if_idle(); });
  }

  void shut() {
    shared->draining = true;
    close_listener();
    for_each_connection([](HttpConnection& connection) { connection.cancel(); });
    // What is left waits in a handler.
    shared->gate = nullptr;
  }

  EventLoop& loop;
  Settings settings;
  Log& log;
  std::shared_ptr<HttpShared> shared;
  int fd = -1;
  std::uint16_t port = 0;
  bool watching = false;
  EventLoop::TimePoint next_log{};
};

HttpServer::HttpServer(EventLoop& loop, Settings settings, HttpHandlers handlers, ConnectionGate& gate, Log& log)
    : impl_(std::make_shared<Impl>(loop, std::move(settings), std::move(handlers), gate, log)) {}

HttpServer::~HttpServer() {
  impl_->loop.call([this] { impl_->shut(); });
}

Result<void> HttpServer::open() {
  TRY(impl_->fd, open_listener(impl_->settings.address, impl_->settings.port));
  impl_->port = bound_port(impl_->fd);
  return {};
}

std::uint16_t HttpServer::port() const { return impl_->port; }

void HttpServer::start() {
  impl_->loop.post([weak = impl_->weak_from_this()] {
    if (const auto self = weak.lock()) self->begin();
  });
}

void HttpServer::drain() {
  impl_->loop.post([weak = impl_->weak_from_this()] {
    if (const auto self = weak.lock()) self->drain();
  });
}

std::size_t HttpServer::connections() const { return impl_->shared->open.load(std::memory_order_relaxed); }

}  // namespace godwit::net
