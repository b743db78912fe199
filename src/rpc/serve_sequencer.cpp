#include "rpc/sequencer_values.hpp"
#include "rpc/serve.hpp"

namespace godwit::rpc {
namespace {

using namespace sequencer::v1;

/// An address may be another dispatcher's by now.
Result<void> is_meant(const NamedSequencer& here, const std::string& name) {
  if (name.empty() || name == here.name) return {};
  return fail(Code::unavailable, "another dispatcher is here now");
}

Task<Result<NumberReply>> number(NamedSequencer& here, const NumberRequest& request) {
  CO_CHECK(is_meant(here, request.dispatcher()));
  CO_TRY(auto draft, read(request));
  CO_TRY(const auto numbered, co_await here.sequencer.number(std::move(draft)));
  NumberReply reply;
  write(numbered, reply);
  co_return reply;
}

Task<Result<CommittedReply>> committed(NamedSequencer& here, const CommittedRequest& request) {
  CO_CHECK(is_meant(here, request.dispatcher()));
  CO_TRY(const auto positions, co_await here.sequencer.committed());
  CommittedReply reply;
  reply.mutable_positions()->Add(positions.begin(), positions.end());
  co_return reply;
}

Task<Result<TailReply>> tail(NamedSequencer& here, const TailRequest& request) {
  CO_CHECK(is_meant(here, request.dispatcher()));
  CO_TRY(auto stretch, read(request));
  CO_TRY(const auto messages, co_await here.sequencer.tail(std::move(stretch)));
  TailReply reply;
  write(messages, *reply.mutable_messages());
  co_return reply;
}

}  // namespace

void serve_sequencer(Services& services, NamedSequencer& sequencer) {
  services.add(sequencers::kNumber, sequencer, &number);
  services.add(sequencers::kCommitted, sequencer, &committed);
  services.add(sequencers::kTail, sequencer, &tail);
}

}  // namespace godwit::rpc
