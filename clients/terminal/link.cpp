#include "clients/terminal/link.hpp"

#include <array>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "clients/terminal/backoff.hpp"
#include "clients/terminal/failure.hpp"
#include "clients/terminal/parse.hpp"

namespace godwit::chat {

struct Link::Shared {
  net::Url url;
  std::string token;
  const Clock& clock;
  Random& random;
  std::function<void(LinkEvent)> report;
  Backoff backoff{};

  std::mutex mutex{};
  std::condition_variable wake{};
  std::shared_ptr<net::WebSocketClient> socket{};
  bool up = false, stop = false, stopped = false;

  [[nodiscard]] std::uint32_t chance() const {
    std::array<std::byte, 4> bytes{};
    random.fill(bytes);
    std::uint32_t value = 0;
    for (const auto byte : bytes) value = (value << 8U) | static_cast<std::uint32_t>(byte);
    return value;
  }
};

Link::Link(net::Url socket, std::string token, const Clock& clock, Random& random,
           std::function<void(LinkEvent)> report)
    : shared_(std::make_shared<Shared>(std::move(socket), std::move(token), clock, random, std::move(report))) {
  std::thread([shared = shared_] { run(shared); }).detach();
}

Link::~Link() {
  std::shared_ptr<net::WebSocketClient> socket;
  {
    const std::lock_guard lock(shared_->mutex);
    shared_->stop = true;
    socket = shared_->socket;
    shared_->wake.notify_all();
  }
  if (socket) socket->close();
  std::unique_lock lock(shared_->mutex);
  shared_->wake.wait_for(lock, std::chrono::milliseconds(500), [&] { return shared_->stopped; });
}

bool Link::send(std::string_view frame) {
  std::shared_ptr<net::WebSocketClient> socket;
  {
    const std::lock_guard lock(shared_->mutex);
    if (!shared_->up) return false;
    socket = shared_->socket;
  }
  return socket->send(frame).has_value();
}

void Link::run(const std::shared_ptr<Shared>& shared) {
  for (;;) {
    auto socket = std::make_shared<net::WebSocketClient>();
    {
      const std::lock_guard lock(shared->mutex);
      if (shared->stop) break;
      shared->socket = socket;
    }
    if (!stand(*shared, *socket)) break;
  }
  const std::lock_guard lock(shared->mutex);
  shared->stopped = true;
  shared->wake.notify_all();
}

/// One connection from beginning to end, and the wait behind it. False: no more.
bool Link::stand(Shared& shared, net::WebSocketClient& socket) {
  shared.report(LinkConnecting{});
  const std::vector<net::Header> headers{{"authorization", "Bearer " + shared.token}};
  if (const auto connected = socket.connect(shared.url, headers); !connected) {
    if (connected.error().code == Code::unauthenticated) {
      shared.report(LinkEnded{explain_close(4501)});
      return false;
    }
    return come_back(shared, shared.backoff.again(shared.chance()), "the server cannot be reached");
  }
  {
    const std::lock_guard lock(shared.mutex);
    shared.up = true;
  }
  const Millis since = shared.clock.now();
  while (const auto text = socket.read()) {
    auto frame = parse<Frame>(*text);
    if (!frame) continue;
    shared.report(LinkFrame{std::move(*frame)});
  }
  {
    const std::lock_guard lock(shared.mutex);
    shared.up = false;
  }
  const auto code = socket.close_code();
  const auto delay = shared.backoff.after(code, socket.close_reason(), shared.clock.now() - since, shared.chance());
  return come_back(shared, delay, explain_close(code));
}

bool Link::come_back(Shared& shared, std::optional<Millis> delay, std::string why) {
  std::unique_lock lock(shared.mutex);
  if (shared.stop) return false;
  lock.unlock();
  if (!delay) {
    shared.report(LinkEnded{std::move(why)});
    return false;
  }
  shared.report(LinkWaiting{shared.clock.now() + *delay, std::move(why)});
  lock.lock();
  return !shared.wake.wait_for(lock, std::chrono::milliseconds(*delay), [&] { return shared.stop; });
}

}  // namespace godwit::chat
