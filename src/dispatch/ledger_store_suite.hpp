#pragma once
#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <string>

#include "dispatch/ledger_store.hpp"

/// What every engine's ledger store must do: run from the engine's own *_test.cpp with a bed of it.
namespace godwit::dispatch::suite {

/// A store of its own, empty at first.
class StoreBed {
 public:
  virtual ~StoreBed() = default;
  virtual LedgerStore& store() = 0;
  /// The store's clock goes on by so much (a real one is waited for).
  virtual void wait(std::chrono::milliseconds time) = 0;
};
using MakeStoreBed = std::function<std::unique_ptr<StoreBed>()>;

template <class T>
T good(Result<T> result) {
  REQUIRE_MESSAGE(result.has_value(), result.error().detail);
  return std::move(*result);
}

constexpr std::chrono::milliseconds kLease{400};

inline Roll attend(StoreBed& bed, const std::string& name, std::vector<Shard> take = {},
                   std::vector<Shard> release = {}, std::chrono::milliseconds lease = kLease) {
  return good(sync_wait(bed.store().attend({.member = {.name = name, .address = name + ":1"},
                                            .lease = lease,
                                            .take = std::move(take),
                                            .release = std::move(release)})));
}

inline LogRow row(Position position, const std::string& group, Seq seq, Millis time = 1'800'000'000'000) {
  auto message = std::make_shared<Message>();
  message->type = Type::group;
  message->conversation = Conversation::of_group(GroupKey(group));
  message->id = make_message_id("ann", group, time, std::to_string(seq), "text");
  message->sender = "ann";
  message->receiver = group;
  message->text = "text " + std::to_string(seq);
  message->seq = seq;
  message->time = time;
  const auto shard = shard_of(message->conversation);
  return {.shard = shard, .position = position, .message = std::move(message)};
}

/// A batch of one shard, its fence and what goes with its rows worked out.
inline Batch batch(Epoch epoch, Position position, std::vector<LogRow> rows) {
  Batch out;
  out.fences.push_back({.shard = rows.front().shard, .epoch = epoch, .position = position});
  for (const auto& [shard, at, message] : rows) {
    const Head head{.seq = message->seq, .time = message->time};
    std::erase_if(out.heads, [&](const auto& known) { return known.first == message->conversation; });
    out.heads.emplace_back(message->conversation, head);
    out.sent.push_back({.once = message->receiver + "/" + std::to_string(message->seq),
                        .fingerprint = "as sent",
                        .id = message->id,
                        .seq = message->seq,
                        .time = message->time});
  }
  out.log = std::move(rows);
  return out;
}

inline Outcome commit(StoreBed& bed, Batch what) { return good(sync_wait(bed.store().commit(std::move(what)))); }

inline const Shard kShard = row(1, "flock", 1).shard;

/// As texts, in order: "conversation user place time".
inline std::vector<std::string> stays(StoreBed& bed, StaysOf whose) {
  std::vector<std::string> found;
  for (const auto& [conversation, user, event] : good(sync_wait(bed.store().stays(std::move(whose)))))
    found.push_back(conversation.name() + " " + user.str() + " " + std::to_string(event.place) + " " +
                    std::to_string(event.time));
  std::ranges::sort(found);
  return found;
}

void ledger_store_suite(const MakeStoreBed& make);

}  // namespace godwit::dispatch::suite
