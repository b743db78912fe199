#pragma once
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "base/clock.hpp"
#include "rpc/caller.hpp"
#include "service/sequencer.hpp"

namespace godwit::rpc {

/// A sequencer, elsewhere: the one of that dispatcher; with no name whoever serves.
class SequencerClient final : public sequencer::Service {
 public:
  SequencerClient(Caller& caller, std::string dispatcher) : caller_(caller), dispatcher_(std::move(dispatcher)) {}

  Task<Result<sequencer::Numbered>> number(dispatch::Draft draft) override;
  Task<Result<std::vector<Position>>> committed() override;
  Task<Result<std::vector<MessagePtr>>> tail(dispatch::Stretch stretch) override;

 private:
  Caller& caller_;
  const std::string dispatcher_;
};

/// Other dispatchers' sequencers, each at its address. Thread-safe. Bounded: at `kMost` those that nobody asked for
/// within a minute are forgotten, which is longer than any call takes; where all were asked for, nobody else is
/// reached.
class SequencerClients final : public sequencer::Peers {
 public:
  static constexpr std::size_t kMost = 256;
  static constexpr Millis kKept = 60'000;

  SequencerClients(Connections& connections, const Clock& clock);
  ~SequencerClients() override;

  [[nodiscard]] sequencer::Service* at(const dispatch::Dispatcher& dispatcher) override;

 private:
  struct Entry;
  void forget_old(Millis now);

  Connections& connections_;
  const Clock& clock_;
  std::mutex mutex_;
  std::unordered_map<std::string, std::unique_ptr<Entry>> entries_;  // by name and address
};

}  // namespace godwit::rpc
