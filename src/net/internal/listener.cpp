#include "net/internal/listener.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <unordered_map>

#include "net/internal/dial.hpp"
#include "net/internal/first_message.hpp"
#include "net/internal/proof.hpp"
#include "net/websocket/frame.hpp"
#include "net/websocket/handshake.hpp"
#include "net/websocket/shared_frame.hpp"

namespace godwit::net::internal {
namespace {

Response refusal(const Error& error) {
  Response response{.status = info(error.code).status, .content_type = "text/plain"};
  response.body = error.detail.empty() ? std::string(info(error.code).name) : error.detail;
  response.close = true;
  return response;
}

Response refusal(Code code, std::string detail) { return refusal(Error{.code = code, .detail = std::move(detail)}); }

}  // namespace

struct InternalListener::Impl {
  /// What belongs to one loop, and is touched on it alone.
  struct OnLoop {
    EventLoop* loop = nullptr;
    std::unordered_map<std::uint64_t, std::unique_ptr<FirstMessage>> strangers;
    std::uint64_t last = 0;
    std::unique_ptr<HttpServer> server;
    std::shared_ptr<char> alive = std::make_shared<char>();
  };

  Impl(const std::vector<EventLoop*>& loops, Settings own_settings, std::vector<Door*> own_doors, Random& own_random,
       Log& own_log)
      : settings(std::move(own_settings)),
        doors(std::move(own_doors)),
        random(own_random),
        log(own_log),
        gate({.connections = settings.strangers, .per_address = 0, .buffer_bytes = std::size_t{32} << 20}) {
    for (auto* loop : loops) {
      places.push_back(std::make_unique<OnLoop>());
      places.back()->loop = loop;
    }
  }

  Task<Response> handle(OnLoop& at, Request& request) {
    const auto door = std::ranges::find(doors, request.path, [](const Door* one) { return one->path(); });
    if (door == doors.end()) co_return refusal(Code::not_found, "nothing is here");
    auto handshake = websocket_handshake(request);
    if (!handshake) co_return refusal(handshake.error());
    const std::string protocol((*door)->protocol());
    if (std::ranges::find(handshake->subprotocols, protocol) == handshake->subprotocols.end())
      co_return refusal(Code::upgrade_required, "only " + protocol + " is spoken here");
    Opening opening{.path = request.path,
                    .protocol = protocol,
                    .dialler = std::string(request.header("godwit-name")),
                    .listener = settings.name,
                    .dialler_nonce = std::string(request.header("godwit-nonce")),
                    .listener_nonce = random.hex(kNonceDigits)};
    if (!is_name(opening.dialler) || !is_nonce(opening.dialler_nonce))
      co_return refusal(Code::malformed_request, "godwit-name or godwit-nonce is missing");
    if (waiting.load(std::memory_order_relaxed) >= settings.strangers)
      co_return refusal(Code::unavailable, "too many have not said who they are");
    Response response{.status = 101};
    response.headers = {{"upgrade", "websocket"},
                        {"connection", "Upgrade"},
                        {"sec-websocket-accept", handshake->accept},
                        {"sec-websocket-protocol", protocol},
                        {"godwit-name", settings.name},
                        {"godwit-nonce", opening.listener_nonce},
                        {"godwit-proof", to_hex(listener_proof(settings.secret, opening))}};
    response.take_over = [this, &at, door = *door, opening = std::move(opening),
                          peer = request.peer](RawSocket socket) mutable {
      receive(at, *door, std::move(opening), std::move(peer), std::move(socket));
    };
    co_return response;
  }

  void receive(OnLoop& at, Door& door, Opening opening, std::string peer, RawSocket socket) {
    waiting.fetch_add(1, std::memory_order_relaxed);
    const auto number = ++at.last;
    auto done = [this, &at, &door, number, opening = std::move(opening),
                 peer = std::move(peer)](FirstMessage::Outcome outcome) {
      waiting.fetch_sub(1, std::memory_order_relaxed);
      at.loop->post([self = at.strangers.extract(number)] {});  // later: it still stands on the stack
      judge(door, opening, peer, std::move(outcome));
    };
    const auto place = at.strangers.emplace(number, std::make_unique<FirstMessage>(std::move(socket), std::move(done)));
    at.loop->post_after(settings.patience, [&at, number, alive = std::weak_ptr(at.alive)] {
      if (alive.expired()) return;
      if (const auto late = at.strangers.find(number); late != at.strangers.end()) late->second->give_up();
    });
    place.first->second->start();
  }

  void judge(Door& door, const Opening& opening, const std::string& peer, FirstMessage::Outcome outcome) {
    auto& [payload, socket] = outcome;
    if (!payload) return refuse(std::move(socket), opening, peer, payload.error().detail, 1002);
    const std::string_view proof = std::string_view(*payload).substr(0, kProofBytes);
    std::string letter = payload->size() < kProofBytes ? std::string() : payload->substr(kProofBytes);
    if (!same_proof(proof, dialler_proof(settings.secret, opening, letter)))
      return refuse(std::move(socket), opening, peer, "its secret is another", kSecretDiffers);
    door.enter({.socket = std::move(socket), .dialler = opening.dialler, .letter = std::move(letter)});
  }

  /// Aloud: there, as far as the socket takes it at once, and here.
  void refuse(RawSocket socket, const Opening& opening, const std::string& peer, std::string_view why,
              std::uint16_t code) {
    log.warn("internal_connection_refused",
             {{"path", opening.path}, {"peer", peer}, {"name", opening.dialler}, {"reason", why}});
    const auto frame = SharedFrame::make(final_frame(Opcode::close), close_payload(code, why));
    (void)::send(socket.fd, frame.data(), frame.size(), MSG_NOSIGNAL);
    ::close(socket.fd);
  }

  Settings settings;
  std::vector<Door*> doors;
  Random& random;
  Log& log;
  ConnectionGate gate;
  std::atomic<std::size_t> waiting{0};
  std::vector<std::unique_ptr<OnLoop>> places;
};

InternalListener::InternalListener(const std::vector<EventLoop*>& loops, Settings settings, std::vector<Door*> doors,
                                   Random& random, Log& log)
    : impl_(std::make_unique<Impl>(loops, std::move(settings), std::move(doors), random, log)) {}

InternalListener::~InternalListener() {
  for (auto& place : impl_->places) {
    place->server.reset();
    place->loop->call([&place] {
      place->alive.reset();
      place->strangers.clear();
    });
  }
}

/// The first loop finds the port, the others share it.
Result<void> InternalListener::open() {
  auto& impl = *impl_;
  for (auto& place : impl.places) {
    HttpHandlers handlers{.handle = [&impl, at = place.get()](Request& request) { return impl.handle(*at, request); },
                          .refuse = [](const Error& error) { return refusal(error); }};
    place->server = std::make_unique<HttpServer>(
        *place->loop, HttpServer::Settings{.address = impl.settings.address, .port = impl.settings.port},
        std::move(handlers), impl.gate, impl.log);
    CHECK_OK(place->server->open());
    impl.settings.port = place->server->port();
  }
  return {};
}

std::uint16_t InternalListener::port() const { return impl_->settings.port; }

void InternalListener::start() {
  for (auto& place : impl_->places) place->server->start();
}

void InternalListener::drain() {
  for (auto& place : impl_->places) place->server->drain();
}

}  // namespace godwit::net::internal
