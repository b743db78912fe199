#include "rpc/sequencer_client.hpp"

#include "rpc/sequencer_values.hpp"

namespace godwit::rpc {

using namespace sequencer::v1;

Task<Result<sequencer::Numbered>> SequencerClient::number(dispatch::Draft draft) {
  NumberRequest request;
  write(draft, request);
  request.set_dispatcher(dispatcher_);
  CO_TRY(const auto reply, co_await caller_.call<NumberReply>(sequencers::kNumber, request));
  co_return answered(read(reply));
}

Task<Result<std::vector<Position>>> SequencerClient::committed() {
  CommittedRequest request;
  request.set_dispatcher(dispatcher_);
  CO_TRY(const auto reply, co_await caller_.call<CommittedReply>(sequencers::kCommitted, request));
  co_return answered(read(reply));
}

Task<Result<std::vector<MessagePtr>>> SequencerClient::tail(dispatch::Stretch stretch) {
  TailRequest request;
  write(stretch, request);
  request.set_dispatcher(dispatcher_);
  CO_TRY(const auto reply, co_await caller_.call<TailReply>(sequencers::kTail, request));
  co_return answered(read(reply.messages()));
}

struct SequencerClients::Entry {
  Entry(Connections& connections, const dispatch::Dispatcher& dispatcher)
      : peers({{RoleName::dispatch, {dispatcher.address}}}),
        caller(connections, peers, RoleName::dispatch),
        client(caller, dispatcher.name) {}
  const StaticPeers peers;
  Caller caller;
  SequencerClient client;
  Millis used = 0;
};

SequencerClients::SequencerClients(Connections& connections, const Clock& clock)
    : connections_(connections), clock_(clock) {}
SequencerClients::~SequencerClients() = default;

sequencer::Service* SequencerClients::at(const dispatch::Dispatcher& dispatcher) {
  if (dispatcher.address.empty()) return nullptr;
  const auto now = clock_.now();
  std::lock_guard lock(mutex_);
  const auto key = dispatcher.name + "\n" + dispatcher.address;
  auto found = entries_.find(key);
  if (found == entries_.end()) {
    if (entries_.size() >= kMost) forget_old(now);
    if (entries_.size() >= kMost) return nullptr;
    found = entries_.emplace(key, std::make_unique<Entry>(connections_, dispatcher)).first;
  }
  found->second->used = now;
  return &found->second->client;
}

void SequencerClients::forget_old(Millis now) {
  std::erase_if(entries_, [now](const auto& one) { return now - one.second->used >= kKept; });
}

}  // namespace godwit::rpc
