#pragma once
#include <array>
#include <atomic>

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "engine/rocketmq/consumer.hpp"
#include "engine/rocketmq/settings.hpp"
#include "net/grpc/channel.hpp"
#include "service/broker.hpp"

namespace godwit::rocketmq {

/// dispatch::Broker by RocketMQ 5's gRPC proxy, on one connection. Topics and groups must be there (provision.hpp). A
/// send is one request with one message, tried once: who has the page sends it again, with the same id, which is made
/// of key and body. No threads of its own but gRPC's; what is awaited goes on on the executor that awaited it. Whoever
/// waits must have come back when it is destroyed: `stop` sees to that.
class Broker final : public dispatch::Broker {
 public:
  Broker(Settings settings, Log& log, Metrics& metrics);

  Task<Result<void>> send(dispatch::Topic topic, std::string key, std::string body) override;
  Task<Result<std::vector<dispatch::Delivery>>> receive(dispatch::Topic topic, std::size_t most,
                                                        std::chrono::milliseconds wait,
                                                        std::chrono::milliseconds invisible) override;
  Task<Result<void>> acknowledge(dispatch::Topic topic, std::vector<std::string> receipts) override;

  /// Whatever waits comes back, `unavailable`, and so does every call after. Pages that were on their way to us come
  /// again when they are no longer invisible. Not on a thread of gRPC's.
  void stop();

 private:
  struct Lane {  // a topic's
    explicit Lane(net::GrpcChannel& channel, Consumer::Names names, Log& log) : consumer(channel, names, log) {}
    Consumer consumer;
    std::atomic<bool> ever_sent{false};
  };
  [[nodiscard]] Lane& lane(dispatch::Topic topic) { return lanes_[static_cast<std::size_t>(topic)]; }
  [[nodiscard]] Consumer::Names names(dispatch::Topic topic) const;
  [[nodiscard]] Error not_sent(dispatch::Topic topic, const v2::SendMessageResponse& response);

  const Settings settings_;
  Log& log_;
  Counter& unreachable_;
  Counter& refused_;
  net::GrpcChannel channel_;
  std::array<Lane, 2> lanes_;
};

}  // namespace godwit::rocketmq
