#pragma once
#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "engine/rocketmq/codes.hpp"
#include "net/grpc/channel.hpp"
#include "service/broker.hpp"

namespace godwit::rocketmq {

/// One topic's consumer, as the proxy sees it: it says what it is on a telemetry stream that stays open, and a
/// heartbeat every 10 s while it receives. Where the proxy does not know it (it is new, or it started again) it says so
/// once more. Any thread; any number of receives at a time.
class Consumer {
 public:
  static constexpr std::size_t kMostAtOnce = 32;  ///< pages of one receive

  struct Names {
    std::string topic, group, client;
  };
  Consumer(net::GrpcChannel& channel, Names names, Log& log);

  /// As the port says, within what the proxy can: it waits 5 to 20 s where there is nothing, and hides for 10 s to 12
  /// h.
  Task<Result<std::vector<dispatch::Delivery>>> receive(std::size_t most, std::chrono::milliseconds wait,
                                                        std::chrono::milliseconds invisible);
  Task<Result<void>> acknowledge(std::vector<std::string> receipts);

 private:
  using Deliveries = std::vector<dispatch::Delivery>;
  using Done = std::move_only_function<void(Result<void>)>;

  Task<Result<void>> known();
  void join(Done done);
  Task<void> introduce_for_all();
  Task<Result<void>> introduce();
  Task<void> beat();
  [[nodiscard]] v2::ReceiveMessageRequest request(std::size_t most, std::chrono::milliseconds poll,
                                                  std::chrono::milliseconds invisible) const;
  Task<Result<void>> read_all(net::GrpcStream& stream, Deliveries& into);
  [[nodiscard]] Error failed(std::string_view verb, const v2::Status& status);
  [[nodiscard]] net::GrpcCall call(std::chrono::milliseconds timeout) const;

  net::GrpcChannel& channel_;
  const Names names_;
  Log& log_;
  std::atomic<bool> known_{false};
  std::atomic<std::int64_t> beat_{0};  // when the last one was sent, in ms of the steady clock
  std::mutex mutex_;
  std::vector<Done> waiting_;  // receives that wait until it is known: the callers bound how many
  bool introducing_ = false;
  std::optional<net::GrpcStream> telemetry_;  // of whoever introduces
};

}  // namespace godwit::rocketmq
