#pragma once
#include <functional>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "service/dispatch.hpp"
#include "user/store/notice_outbox.hpp"
#include "user/store/store.hpp"

namespace godwit::user {

/// Empties the outbox: publishes each conversation's notices through dispatch, in the order in which they were
/// committed, and then removes them. In a process one conversation is emptied by one at a time; other processes may
/// empty it meanwhile, each in order, and what is published again changes nothing (ADR 0039). What cannot be published
/// stays, and is tried again by `replay`. Thread-safe.
class Announcer {
 public:
  Announcer(Store& store, dispatch::Service& dispatch, Log& log, Metrics& metrics);

  /// Comes back when everything that stood in the outbox for these conversations at the call was published, or failed
  /// to be. Works on `kAtOnce` conversations at a time.
  Task<void> announce(std::vector<Conversation> conversations);
  /// The same of one conversation; false: not all of it was published.
  Task<bool> announce(Conversation conversation) { return empty(std::move(conversation)); }

  /// Everything that waits, whoever left it. At start, and every now and then. Gives up for this time where most of it
  /// fails.
  Task<void> replay();

 private:
  static constexpr std::size_t kAtOnce = 64;
  static constexpr std::size_t kRowsAtOnce = 100;

  struct Lane {
    using Done = std::function<void(std::optional<bool>)>;
    std::vector<Done> after_next;  // who came while a pass was on: waits for the next one, and hears how it went
  };
  struct Fan;

  Task<bool> empty(Conversation conversation);
  /// False: not all that it found was published.
  Task<bool> pass(const Conversation& conversation);
  Task<Result<void>> publish(Notice notice);
  static Task<void> worker(Announcer& self, std::shared_ptr<Fan> fan);

  Store& store_;
  dispatch::Service& dispatch_;
  Log& log_;
  Counter& published_;
  Counter& failed_;
  std::mutex mutex_;
  std::unordered_map<Conversation, Lane> busy_;  // bounded by the calls that run
};

}  // namespace godwit::user
