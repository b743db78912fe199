#include <algorithm>

#include "engine/mysql/ledger_statements.hpp"
#include "engine/mysql/ledger_store.hpp"

namespace godwit::mysql {

namespace {
constexpr std::size_t kStep = 256;

/// Up to a step of the shard's rows.
Answer<std::size_t> trim_shard(Connection& connection, Shard shard, Millis before, std::size_t limit) {
  TRY(auto oldest, connection.run(oldest_packet(shard, std::min(limit, kStep))));
  Position up_to = 0;
  for (auto& rows = oldest.front().rows; rows.next() && rows.signed_number(1) < before;) up_to = rows.number(0);
  if (up_to == 0) return 0;
  TRY(auto done, connection.run(trim_log_packet(shard, up_to)));
  return done.front().affected;
}

Answer<std::size_t> trim_sent(Connection& connection, Millis before, std::size_t limit) {
  for (std::size_t gone = 0;;) {
    const auto step = std::min(limit - gone, kStep);
    TRY(auto done, connection.run(trim_sent_packet(before, step)));
    gone += done.front().affected;
    if (gone == limit || done.front().affected < step) return gone;
  }
}
}  // namespace

Task<Result<std::size_t>> LedgerStore::trim(Millis log_before, Millis sent_before, std::size_t limit) {
  if (limit == 0) co_return 0;
  co_return co_await others_.run(
      [this, log_before, sent_before, limit](Connection& connection) -> Answer<std::size_t> {
        TRY(const auto gone, trim_log(connection, log_before, limit));
        TRY(const auto forgotten, trim_sent(connection, sent_before, limit));
        return gone + forgotten;
      },
      "trim");
}

Answer<std::size_t> LedgerStore::trim_log(Connection& connection, Millis before, std::size_t limit) {
  TRY(auto done, connection.run(trimmable_packet(before)));
  std::vector<Shard> shards;
  for (auto& rows = done.front().rows; rows.next();) shards.push_back(static_cast<Shard>(rows.number(0)));
  // Each call begins where the last one ended: no shard waits for ever for the others.
  const auto last = trimmed_last_.load(std::memory_order_relaxed);
  std::ranges::rotate(shards, std::ranges::upper_bound(shards, last));
  std::size_t gone = 0;
  for (const auto shard : shards) {
    for (std::size_t step = 1; gone < limit && step > 0; gone += step) {
      TRY(step, trim_shard(connection, shard, before, limit - gone));
      trimmed_last_.store(shard, std::memory_order_relaxed);
    }
    if (gone == limit) break;
  }
  return gone;
}

}  // namespace godwit::mysql
