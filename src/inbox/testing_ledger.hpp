#pragma once
#include <map>
#include <memory>
#include <vector>

#include "engine/memory/inbox.hpp"
#include "engine/memory/ledger_store.hpp"
#include "engine/memory/positions.hpp"
#include "inbox/ledger_inbox.hpp"
#include "inbox/ledger_refill.hpp"
#include "offline/timeline_suite.hpp"

/// For tests: what is committed to a ledger and put into an inbox, both in memory, and what is made of the ledger
/// alone.
namespace godwit::inbox::testing {

constexpr Millis kKeep = 10'000;

struct Ledger {
  /// Commits it, and puts it where the bus would.
  void send(Message message) {
    const auto shard = shard_of(message.conversation);
    const auto sent = std::make_shared<const Message>(std::move(message));
    dispatch::Batch batch;
    batch.log.push_back({.shard = shard, .position = ++positions_[shard], .message = sent});
    batch.heads.emplace_back(sent->conversation, dispatch::Head{.seq = sent->seq, .time = sent->time});
    batch.stays = dispatch::stays_of(*sent);
    REQUIRE(sync_wait(store.commit(std::move(batch))));
    REQUIRE(sync_wait(inbox.put(std::vector<MessagePtr>{sent})));
    relayed_.emplace_back(shard, positions_[shard]);
  }
  /// Rows older than `before` are gone from the ledger, as they are in the end.
  void trim(Millis before) {
    REQUIRE(sync_wait(store.set_relayed(relayed_)));
    REQUIRE(sync_wait(store.trim(before, 0, 1000)));
  }

  ManualClock clock{1000};
  memory::LedgerStore store{clock, "store"};
  engine::memory::Positions positions;
  engine::memory::MessagesDisk disk;
  engine::memory::MemoryInbox inbox{disk};
  LedgerRefill refill{store, positions, clock, kKeep};
  LedgerInbox read{store, positions, refill, "life"};

 private:
  std::map<Shard, Position> positions_;
  std::vector<std::pair<Shard, Position>> relayed_;
};

}  // namespace godwit::inbox::testing
