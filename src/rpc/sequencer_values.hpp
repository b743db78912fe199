#pragma once
#include "godwit/sequencer/v1/sequencer.pb.h"
#include "rpc/domain_values.hpp"
#include "service/sequencer.hpp"

/// What sequencers are asked and answer, to the wire and back; see domain_values.hpp.
namespace godwit::rpc {

void write(const dispatch::Draft& from, sequencer::v1::NumberRequest& to);
void write(const sequencer::Numbered& from, sequencer::v1::NumberReply& to);
void write(const dispatch::Stretch& from, sequencer::v1::TailRequest& to);

[[nodiscard]] Result<dispatch::Draft> read(const sequencer::v1::NumberRequest& from);
[[nodiscard]] Result<sequencer::Numbered> read(const sequencer::v1::NumberReply& from);
[[nodiscard]] Result<dispatch::Stretch> read(const sequencer::v1::TailRequest& from);
/// One a shard.
[[nodiscard]] Result<std::vector<Position>> read(const sequencer::v1::CommittedReply& from);

}  // namespace godwit::rpc
