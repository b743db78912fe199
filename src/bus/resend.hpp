#pragma once
#include "service/broker.hpp"
#include "service/dead_letters.hpp"

namespace godwit::bus {

/// Puts what a consumer put aside on its topic once more, as a page of its own; some consumer takes it, or puts it
/// aside again. bad_parameter: there is no record that could be read; otherwise the broker's error.
Task<Result<void>> resend(dispatch::Broker& broker, const dispatch::DeadLetter& letter);

}  // namespace godwit::bus
