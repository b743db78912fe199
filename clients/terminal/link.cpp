#include "clients/terminal/link.hpp"

#include <array>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "clients/terminal/api.hpp"
#include "clients/terminal/backoff.hpp"
#include "clients/terminal/failure.hpp"
#include "clients/terminal/parse.hpp"
#include "wire/json.hpp"

namespace godwit::chat {
namespace {

/// Of so many attempts in a row the last goes by the server itself: whoever reaches it may not reach its nodes.
constexpr unsigned kByServerEvery = 3;

}  // namespace

struct Link::Target {
  net::Url url;
  std::string bearer;
  std::string node{};  ///< whose it is; empty: the server's own
};

struct Link::Shared {
  Doorway doorway;
  const Clock& clock;
  Random& random;
  std::function<void(LinkEvent)> report;
  Backoff backoff{};
  std::string avoid{};  ///< the node that was not reached, or lost without a word
  unsigned failed = 0;  ///< attempts in a row

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

Link::Link(Doorway doorway, const Clock& clock, Random& random, std::function<void(LinkEvent)> report)
    : shared_(std::make_shared<Shared>(std::move(doorway), clock, random, std::move(report))) {
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

/// Where to go this time. No bearer: the login is dead.
Link::Target Link::choose(Shared& shared) {
  const auto& [server, socket, token, direct] = shared.doorway;
  if (!direct || shared.failed % kByServerEvery == kByServerEvery - 1) return {.url = socket, .bearer = token};
  Api api(server);
  api.use_token(token);
  wire::JsonWriter wish;
  wish.begin_object();
  if (!shared.avoid.empty()) wish.field("avoid", shared.avoid);
  wish.end_object();
  const auto offer = api.ask<SocketOffer>("POST", "/v1/sockets", wish.take());
  if (!offer) return {.url = socket, .bearer = offer.error().status == 401 ? "" : token};
  const auto url = net::parse_url(offer->url);
  if (!url || offer->ticket.empty()) return {.url = socket, .bearer = token};
  return {.url = *url, .bearer = offer->ticket, .node = offer->node};
}

/// One connection from beginning to end, and the wait behind it. False: no more.
bool Link::stand(Shared& shared, net::WebSocketClient& socket) {
  shared.report(LinkConnecting{});
  const auto target = choose(shared);
  const auto over = [&shared] {
    shared.report(LinkEnded{explain_close(4501)});
    return false;
  };
  if (target.bearer.empty()) return over();
  const std::vector<net::Header> headers{{"authorization", "Bearer " + target.bearer}};
  if (const auto connected = socket.connect(target.url, headers); !connected) {
    const bool of_node = !target.node.empty();  // a node's word is about the ticket
    if (connected.error().code == Code::unauthenticated && !of_node) return over();
    shared.avoid = target.node;
    ++shared.failed;
    return come_back(shared, shared.backoff.again(shared.chance()), "the server cannot be reached");
  }
  {
    const std::lock_guard lock(shared.mutex);
    shared.up = true;
  }
  shared.failed = 0;
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
  shared.avoid = code == 1006 ? target.node : "";
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
