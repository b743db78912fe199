#pragma once
#include "base/error.hpp"
#include "net/grpc/channel.hpp"
#include "rocketmq/v2/messaging.pb.h"

namespace godwit::rocketmq {

namespace v2 = apache::rocketmq::v2;

/// What the proxy's code means to a caller: `internal` where the same request never succeeds; `unavailable` for
/// everything else. Judged by name, not by the first digit: a proxy that lost its broker for a moment says for minutes
/// that the topic is of another type, or not there.
[[nodiscard]] Error error_of(v2::Code code);

/// Whether a send of one message was answered as kept: the entry counts, not the request.
[[nodiscard]] v2::Code code_of(const v2::SendMessageResponse& response);

}  // namespace godwit::rocketmq
