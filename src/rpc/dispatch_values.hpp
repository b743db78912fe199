#pragma once
#include "rpc/domain_values.hpp"
#include "service/dispatch.hpp"

/// What was published, to the wire and back: the dispatch role and sequencers say it alike.
namespace godwit::rpc {

template <class Wire>
void write(const dispatch::Published& from, Wire& to) {
  to.set_id(from.id.str());
  to.set_seq(from.seq);
  to.set_time(from.time);
  to.set_repeated(from.repeated);
}

template <class Wire>
[[nodiscard]] Result<dispatch::Published> read_published(const Wire& from) {
  if (from.id().empty() || from.seq() == 0) return not_valid("published");
  return dispatch::Published{
      .id = MessageId(from.id()), .seq = from.seq(), .time = from.time(), .repeated = from.repeated()};
}

}  // namespace godwit::rpc
