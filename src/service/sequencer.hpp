#pragma once
#include <string>
#include <variant>
#include <vector>

#include "base/error.hpp"
#include "base/task.hpp"
#include "domain/message.hpp"
#include "domain/shard.hpp"
#include "service/bus.hpp"
#include "service/dispatch.hpp"

namespace godwit::dispatch {

/// A frame on its way into the ledger. `message.seq` and `.time` are empty.
struct Draft {
  Message message;
  std::string once;  ///< names this send: "<sender>/<clientId>"
  /// What a repeat must have in common with the first (hash of type, receiver, text, replyTo).
  std::string fingerprint;
};

/// One dispatcher, from its start to its end: `name` is another one after a restart. `address`: where others reach it.
struct Dispatcher {
  std::string name, address;
  friend bool operator==(const Dispatcher&, const Dispatcher&) = default;
};

}  // namespace godwit::dispatch

/// What dispatchers, and those who consume what is sent, may ask of the one that numbers a shard's conversations.
namespace godwit::sequencer {

/// What became of a draft, or who owns its shard.
using Numbered = std::variant<dispatch::Published, dispatch::Dispatcher>;

/// Thread-safe.
class Service {
 public:
  virtual ~Service() = default;

  /// As dispatch::Ledger::append, where this dispatcher owns the draft's shard; where another does, its name, at once.
  /// Nobody: waits for an owner for up to 2 s, then unavailable. A draft may be given again, to whomever.
  virtual Task<Result<Numbered>> number(dispatch::Draft draft) = 0;

  /// How far each shard is committed, by shard: everything that was answered before the call, by any dispatcher, lies
  /// at or below. unavailable.
  virtual Task<Result<std::vector<Position>>> committed() = 0;

  /// The ledger's own log of the conversation, as far back as it is kept: for readers whose consumer is late.
  /// unavailable.
  virtual Task<Result<std::vector<MessagePtr>>> tail(dispatch::Stretch stretch) = 0;
};

/// The other dispatchers' sequencers, as this process reaches them. Thread-safe.
class Peers {
 public:
  virtual ~Peers() = default;
  /// nullptr: it cannot be reached. Stays valid while calls of it are awaited.
  [[nodiscard]] virtual Service* at(const dispatch::Dispatcher& dispatcher) = 0;
};

}  // namespace godwit::sequencer
