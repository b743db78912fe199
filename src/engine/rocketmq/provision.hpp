#pragma once
#include <string>

#include "base/error.hpp"
#include "engine/rocketmq/remoting.hpp"

namespace godwit::rocketmq {

/// How often the broker delivers a page before it would put it among its own dead letters: never. What a consumer
/// refuses is kept among ours (service/dead_letters.hpp); what it cannot read is shown again until somebody looks.
constexpr int kMostDeliveries = 1'000'000;

/// Before the first use, on each broker: makes both topics where they are not, and both groups, whose consumers begin
/// at a topic's first page (of themselves they would leave out what was sent before they came). Again: changes nothing
/// but a group that somebody changed. `internal`: a topic is there with another type; a broker that answers otherwise.
/// The name server, and so the proxy, hears of new topics at once. Blocks; call from a thread that may wait.
[[nodiscard]] Result<void> provision(Remoting& broker, const std::string& prefix, int queues = 8);

/// Whether the broker keeps what it answered: `internal` with each setting that is not as it must be, what it is and
/// what it must be. Blocks.
[[nodiscard]] Result<void> check_durable(Remoting& broker);

/// The same on the text of a broker's settings, a line each: name=value.
[[nodiscard]] Result<void> check_settings(std::string_view text);

}  // namespace godwit::rocketmq
