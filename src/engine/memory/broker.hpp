#pragma once
#include <array>
#include <deque>
#include <mutex>
#include <string>
#include <unordered_map>

#include "base/clock.hpp"
#include "service/broker.hpp"

namespace godwit::memory {

/// dispatch::Broker in memory. `receive` never waits: where there is nothing it says so at once, and who asks in a loop
/// waits itself. At `pages` unacknowledged ones of a topic it takes no more. `clock`: invisible times run on it.
class Broker final : public dispatch::Broker {
 public:
  explicit Broker(const Clock& clock, std::size_t pages = 65'536) : clock_(clock), most_(pages) {}

  Task<Result<void>> send(dispatch::Topic topic, std::string key, std::string body) override;
  Task<Result<std::vector<dispatch::Delivery>>> receive(dispatch::Topic topic, std::size_t most,
                                                        std::chrono::milliseconds wait,
                                                        std::chrono::milliseconds invisible) override;
  Task<Result<void>> acknowledge(dispatch::Topic topic, std::vector<std::string> receipts) override;

  /// Pages of the topic that nobody has acknowledged.
  [[nodiscard]] std::size_t kept(dispatch::Topic topic);

 private:
  struct Page {
    std::string body;
    std::uint64_t receipt = 0;
    Millis hidden_until = 0;
    std::uint32_t attempts = 0;
  };
  /// A clock that is set back hides no page for longer than was asked for.
  Millis now();
  [[nodiscard]] std::deque<Page>& at(dispatch::Topic topic) { return pages_[static_cast<std::size_t>(topic)]; }

  const Clock& clock_;
  const std::size_t most_;
  std::mutex mutex_;
  std::array<std::deque<Page>, 2> pages_;
  std::uint64_t receipts_ = 0;
  Millis last_now_ = 0;
};

}  // namespace godwit::memory
