#include "engine/memory/ledger.hpp"

#include "base/planted.hpp"
#include "domain/message_time.hpp"

namespace godwit::engine::memory {

using dispatch::Draft;
using dispatch::Published;

Task<Result<Published>> MemoryLedger::append(Draft draft) { co_return commit(std::move(draft)); }

Result<Published> MemoryLedger::commit(Draft draft) {
  const std::lock_guard one_at_a_time(committing_);
  auto message = std::make_shared<Message>(std::move(draft.message));
  Published published;
  {
    const std::lock_guard lock(disk_.mutex);
    if (const auto sent = disk_.sent.find(draft.once); sent != disk_.sent.end()) {
      if (sent->second.fingerprint != draft.fingerprint) return fail(Code::client_id_reused);
      published = sent->second.first;
      published.repeated = true;
      return published;
    }
    auto& last = disk_.numbered[message->conversation];
    last = {.seq = last.seq + 1, .time = next_time(last.time, clock_.now())};
    if (planted(Bug::clock_reuses_time)) last.time = clock_.now();
    message->seq = last.seq;
    message->time = last.time;
    published = {.id = message->id, .seq = message->seq, .time = message->time, .repeated = false};
    disk_.sent.emplace(std::move(draft.once), MessagesDisk::Sent{published, std::move(draft.fingerprint)});
    disk_.log.emplace(disk_.end++, message);
    disk_.sync();
  }
  const MessagePtr committed = std::move(message);
  if (listener_) listener_(std::span(&committed, 1));
  if (wake_) wake_();
  return published;
}

Task<Result<std::optional<Published>>> MemoryLedger::find(const std::string& once) {
  const std::lock_guard lock(disk_.mutex);
  const auto sent = disk_.sent.find(once);
  if (sent == disk_.sent.end()) co_return std::nullopt;
  auto first = sent->second.first;
  first.repeated = true;
  co_return first;
}

void MemoryLedger::when_logged(std::function<void()> wake) {
  const std::lock_guard lock(committing_);
  wake_ = std::move(wake);
}

}  // namespace godwit::engine::memory
