#include "gateway/socket_offers.hpp"

#include <cstdint>
#include <span>

namespace godwit::gateway {
namespace {

constexpr Millis kFresh = 1'000;
constexpr std::size_t kNumberDigits = 32, kMostHost = 255;
constexpr std::string_view kPath = "/v1/socket";

}  // namespace

SocketOffers::SocketOffers(registry::Registry& registry, Settings settings, const Clock& clock, Random& random)
    : registry_(registry), settings_(std::move(settings)), signer_(settings_.secret), clock_(clock), random_(random) {
  for (const auto& [name, url] : settings_.nodes) live_.push_back({.node = {.name = name}});
}

Task<std::vector<registry::Live>> SocketOffers::live() {
  const auto now = clock_.now();
  {
    const std::lock_guard guard(mutex_);
    if (now >= read_at_ && now < read_at_ + kFresh) co_return live_;
    read_at_ = now;  // one asks, the others take what there is
  }
  auto read = co_await registry_.nodes();
  const std::lock_guard guard(mutex_);
  if (read) live_ = *std::move(read);
  co_return live_;
}

std::size_t SocketOffers::dice(std::size_t sides) {
  std::uint32_t number = 0;
  random_.fill(std::as_writable_bytes(std::span(&number, 1)));
  return number % sides;
}

Task<Result<SocketOffers::Offer>> SocketOffers::offer(Identity who, std::string host, std::string avoid) {
  auto nodes = co_await live();
  std::erase_if(nodes,
                [this](const registry::Live& one) { return one.draining || !settings_.nodes.contains(one.node.name); });
  if (nodes.size() > 1) std::erase_if(nodes, [&](const registry::Live& one) { return one.node.name == avoid; });
  if (nodes.empty()) co_return fail(Code::unavailable, "no node takes sockets of its own");
  const auto& one = nodes[dice(nodes.size())];
  const auto& other = nodes[dice(nodes.size())];
  const auto& name = (other.sockets < one.sockets ? other : one).node.name;
  const auto now = clock_.now();
  if (host.size() > kMostHost) host.clear();
  const Ticket ticket{.node = name,
                      .who = std::move(who),
                      .host = std::move(host),
                      .number = random_.hex(kNumberDigits),
                      .issued_at = now,
                      .expires_at = now + settings_.lifetime};
  co_return Offer{.node = name,
                  .url = settings_.nodes.at(name) + std::string(kPath),
                  .ticket = signer_.sign(ticket),
                  .expires_at = ticket.expires_at};
}

}  // namespace godwit::gateway
