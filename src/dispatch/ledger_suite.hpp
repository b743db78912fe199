#pragma once
#include <doctest/doctest.h>

#include <array>
#include <functional>
#include <latch>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "dispatch/ledger.hpp"
#include "domain/message_time.hpp"
#include "service/bus.hpp"

/// What every engine's ledger and bus must do: run from the engine's own *_test.cpp with a bed of it.
namespace godwit::dispatch::suite {

/// An engine on a place of its own, empty at first.
class Bed {
 public:
  virtual ~Bed() = default;
  virtual Ledger& ledger() = 0;
  virtual OrderedCommits& commits() = 0;
  virtual Bus& bus() = 0;
  virtual ManualClock& clock() = 0;
  /// The process ends in order and begins again on the same place. Handlers, the listener and references are gone.
  virtual void restart() = 0;
};
using MakeBed = std::function<std::unique_ptr<Bed>()>;

inline Draft draft(const std::string& once, const std::string& text = "hello", const std::string& a = "ann",
                   const std::string& b = "bob") {
  Draft draft;
  draft.message.conversation = Conversation::direct(UserKey(a), UserKey(b));
  draft.message.id = make_message_id(a, b, 1'800'000'000'000, once, text);
  draft.message.sender = a;
  draft.message.receiver = b;
  draft.message.text = text;
  draft.message.client_id = once;
  draft.once = a + "/" + once;
  draft.fingerprint = "101 " + b + " " + text;
  return draft;
}

inline Published must(Result<Published> result) {
  REQUIRE_MESSAGE(result.has_value(), result.error().detail);
  return *result;
}

void ledger_suite(const MakeBed& make);

}  // namespace godwit::dispatch::suite
