#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/task.hpp"
#include "service/bus.hpp"

namespace godwit::dispatch {

/// A page of committed messages as a broker carries it: bytes that it does not look into (wire/log_page.hpp).
struct Delivery {
  std::string body;
  std::string receipt;        ///< names this delivery, not the page
  std::uint32_t attempt = 1;  ///< how often it was delivered; a guess, good for nothing but a log
};

/// The port to a message broker between the relay and the consumers. A topic's consumers are one group: each page goes
/// to one of them at a time. No order; at least once: what was sent may come twice, what was acknowledged may come
/// again. Thread-safe.
class Broker {
 public:
  static constexpr std::size_t kMostBytes = 4'194'304;  ///< of a body

  virtual ~Broker() = default;

  /// Comes back well when the page survives the loss of a machine, as far as the broker was told to see to it. An
  /// error: it may be there all the same; sending it again is safe. `key` is for people who look for a page: no blanks.
  virtual Task<Result<void>> send(Topic topic, std::string key, std::string body) = 0;

  /// Up to `most` pages that no other receive holds, oldest first where it can be; may wait up to `wait` for one, may
  /// come back with none at once. What is not acknowledged comes again when `invisible` is over.
  virtual Task<Result<std::vector<Delivery>>> receive(Topic topic, std::size_t most, std::chrono::milliseconds wait,
                                                      std::chrono::milliseconds invisible) = 0;

  /// The deliveries were dealt with. One that is too late, or lost, comes again: that is no error.
  virtual Task<Result<void>> acknowledge(Topic topic, std::vector<std::string> receipts) = 0;
};

}  // namespace godwit::dispatch
