#pragma once
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "gateway/ticket.hpp"
#include "service/registry.hpp"

namespace godwit::gateway {

/// Tells clients at which node to open their socket, past the gateway, and gives them a ticket for it. Thread-safe.
class SocketOffers {
 public:
  struct Settings {
    std::map<std::string, std::string> nodes{};  ///< by name, where clients reach each: "wss://one.example.org"
    std::string secret{};                        ///< of the house
    Millis lifetime = 30'000;                    ///< of a ticket
  };
  struct Offer {
    std::string node, url, ticket;
    Millis expires_at = 0;
  };
  SocketOffers(registry::Registry& registry, Settings settings, const Clock& clock, Random& random);

  /// Of two nodes that live, do not drain and have an address here, picked at random, the one with fewer sockets; not
  /// `avoid`, which the caller did not reach, where there is another. `host`: by which the gateway was asked.
  /// unavailable: there is none.
  Task<Result<Offer>> offer(Identity who, std::string host, std::string avoid);

 private:
  /// Nodes as the registry had them at most a second ago; as it had them last, while it does not answer.
  Task<std::vector<registry::Live>> live();
  [[nodiscard]] std::size_t dice(std::size_t sides);

  registry::Registry& registry_;
  const Settings settings_;
  const TicketSigner signer_;
  const Clock& clock_;
  Random& random_;
  std::mutex mutex_;
  std::vector<registry::Live> live_;
  Millis read_at_ = 0;
};

}  // namespace godwit::gateway
