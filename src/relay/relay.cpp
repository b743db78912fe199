#include "relay/relay.hpp"

#include <unistd.h>

#include <algorithm>
#include <unordered_map>

#include "net/websocket/frame.hpp"
#include "relay/letter.hpp"
#include "relay/pair.hpp"

namespace godwit::relay {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::size_t kTries = 3;
constexpr int kReceiveBuffer = 64 * 1024;  ///< of the node's side in the kernel: what a slow client leaves there
constexpr std::uint16_t kDraining = 4001, kRestart = 1012;
constexpr milliseconds kAgain{50};         ///< until the next look whether a frame has ended
constexpr milliseconds kLeftAlone{1'000};  ///< a node that a dial did not reach comes last for so long

}  // namespace

/// What belongs to one loop, and is touched on it alone. Jobs hold `alive` weakly.
struct Relay::OnLoop final : Pair::Owner {
  OnLoop(net::EventLoop& loop, Relay& own_relay) : desk{.loop = loop}, relay(own_relay) {}

  void over(Pair& pair) override {
    later(milliseconds(0), pair.number(), [this](Pair& gone) {
      pairs.erase(gone.number());
      relay.sockets_.fetch_sub(1, std::memory_order_relaxed);
    });
  }
  void half_over(Pair& pair) override {
    later(relay.settings_.half_over, pair.number(), [](Pair& late) { late.expire(); });
  }
  void more(Pair& pair) override {
    later(milliseconds(0), pair.number(), [](Pair& again) { again.carry_on(); });
  }
  [[nodiscard]] Pair* find(std::uint64_t number) {
    const auto found = pairs.find(number);
    return found == pairs.end() ? nullptr : found->second.get();
  }
  /// `act`, if the pair is still there.
  template <class Act>
  void later(milliseconds delay, std::uint64_t number, Act act) {
    auto job = [this, number, act, weak = std::weak_ptr(alive)] {
      if (weak.expired()) return;
      if (auto* pair = find(number)) act(*pair);
    };
    if (delay.count() == 0)
      desk.loop.post(std::move(job));
    else
      desk.loop.post_after(delay, std::move(job));
  }
  /// As soon as no frame is cut, tried for so long.
  void close(Pair& pair, std::uint16_t code, const std::string& reason, int tries) {
    if (pair.close(code, reason)) return;
    if (tries == 0) return pair.expire();
    later(kAgain, pair.number(), [this, code, reason, tries](Pair& again) { close(again, code, reason, tries - 1); });
  }
  void drain() {
    const auto spread = std::min<std::size_t>(5'000, 100 + pairs.size());
    std::size_t i = 0;
    for (auto& [number, pair] : pairs) {
      const auto delay = 50 + spread * i++ / pairs.size();
      auto reason = "{\"delayMs\":" + std::to_string(delay) + "}";
      close(*pair, kDraining, reason, 40);
    }
  }

  Desk desk;
  Relay& relay;
  std::unordered_map<std::uint64_t, std::unique_ptr<Pair>> pairs;
  std::unordered_map<std::string, steady_clock::time_point> unreached;  // nodes, until when; a name of the list each
  std::uint64_t last = 0;
  std::shared_ptr<char> alive = std::make_shared<char>();
};

/// A pair whose node is sought.
struct Relay::Try {
  std::uint64_t pair = 0;
  std::string letter;
  std::vector<discovery::Node> left;  ///< the next one last
  std::string node{};                 ///< that is dialled
};

Relay::Relay(const std::vector<net::EventLoop*>& loops, const discovery::NodeList& nodes,
             const net::internal::Phone& phone, Settings settings, gateway::HandOver* local, Log& log)
    : nodes_(nodes), phone_(phone), settings_(std::move(settings)), local_(local), log_(log) {
  for (auto* loop : loops) places_.push_back(std::make_unique<OnLoop>(*loop, *this));
}

Relay::~Relay() {
  for (auto& place : places_) {
    place->desk.loop.call([&place] {
      place->alive.reset();
      place->pairs.clear();
    });
  }
}

/// The registry says a second or a lease late that a node has gone: until then the first that is sent there finds out,
/// for all that come within the next second.
std::vector<discovery::Node> Relay::candidates(const OnLoop& at, const std::string& hint) const {
  auto nodes = nodes_.nodes();
  std::erase_if(nodes, [](const discovery::Node& node) { return !node.alive; });
  std::uint32_t dice = 0;
  phone_.random.fill(std::as_writable_bytes(std::span(&dice, 1)));
  if (!nodes.empty()) std::ranges::rotate(nodes, nodes.begin() + static_cast<std::ptrdiff_t>(dice % nodes.size()));
  // Without a wire, where the login's node is not there.
  if (const auto here = std::ranges::find(nodes, settings_.local, &discovery::Node::name); here != nodes.end())
    std::rotate(nodes.begin(), here, here + 1);
  if (const auto named = std::ranges::find(nodes, hint, &discovery::Node::name); named != nodes.end())
    std::rotate(nodes.begin(), named, named + 1);
  const auto now = steady_clock::now();
  std::ranges::stable_partition(nodes, [&](const discovery::Node& node) {
    const auto found = at.unreached.find(node.name);
    return found == at.unreached.end() || found->second <= now;
  });
  if (nodes.size() > kTries) nodes.resize(kTries);
  return nodes;
}

Result<void> Relay::ready() {
  const bool full = sockets() >= settings_.sockets;
  const auto nodes = nodes_.nodes();
  const bool someone = std::ranges::any_of(nodes, &discovery::Node::alive);
  if (!draining_.load(std::memory_order_relaxed) && !full && someone) return {};
  return std::unexpected(Error{.code = Code::unavailable,
                               .detail = someone ? "no more sockets can be taken" : "no node can be reached",
                               .retry_after_s = 1});
}

void Relay::take(net::RawSocket socket, user::Proven proven, Slots::Slot opening) {
  const auto place = std::ranges::find(places_, socket.loop, [](const auto& one) { return &one->desk.loop; });
  auto& at = **place;
  auto nodes = candidates(at, proven.node);
  if (local_ != nullptr && !nodes.empty() && nodes.front().name == settings_.local)
    return local_->take(std::move(socket), std::move(proven), std::move(opening));
  sockets_.fetch_add(1, std::memory_order_relaxed);
  const auto number = ++at.last;
  auto& pair = *(at.pairs[number] = std::make_unique<Pair>(at.desk, at, number));
  std::ranges::reverse(nodes);
  pair.seat(std::move(socket), std::move(opening));
  dial(at, {.pair = number, .letter = write_letter(proven), .left = std::move(nodes)});
}

/// A node of this process that comes second is not asked: a socket that waits here cannot be handed over any more.
void Relay::dial(OnLoop& at, Try attempt) {
  std::erase_if(attempt.left, [&](const discovery::Node& node) { return node.name == settings_.local; });
  auto* const pair = at.find(attempt.pair);
  if (pair == nullptr) return;
  if (attempt.left.empty()) return static_cast<void>(pair->close(kRestart, "no node can be reached"));
  const auto node = std::move(attempt.left.back());
  attempt.left.pop_back();
  attempt.node = node.name;
  net::internal::Call call{.host = node.host,
                           .port = node.port,
                           .path = std::string(kPath),
                           .protocol = std::string(kProtocol),
                           .listener = node.name,
                           .dialler = settings_.name,
                           .letter = attempt.letter,
                           .receive_buffer = kReceiveBuffer,
                           .deadline = settings_.answer};
  net::internal::dial(
      phone_, std::move(call),
      [this, &at, weak = std::weak_ptr(at.alive), attempt = std::move(attempt)](Result<net::RawSocket> socket) mutable {
        if (!weak.expired()) return answered(at, std::move(attempt), std::move(socket));
        if (socket) ::close(socket->fd);
      });
}

void Relay::answered(OnLoop& at, Try attempt, Result<net::RawSocket> socket) {
  if (!socket) {
    log_.warn("socket_not_relayed", {{"reason", socket.error().detail}});
    at.unreached[attempt.node] = steady_clock::now() + kLeftAlone;
    return dial(at, std::move(attempt));
  }
  auto* const pair = at.find(attempt.pair);
  if (pair == nullptr || pair->is_over()) return static_cast<void>(::close(socket->fd));
  pair->join(std::move(*socket));
}

void Relay::drain() {
  draining_ = true;
  for (auto& place : places_) {
    place->desk.loop.post([&at = *place, weak = std::weak_ptr(place->alive)] {
      if (!weak.expired()) at.drain();
    });
  }
}

}  // namespace godwit::relay
