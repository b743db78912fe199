#include "engine/rocksdb/ledger.hpp"

#include <algorithm>

#include "domain/message_time.hpp"
#include "engine/rocksdb/keys.hpp"
#include "wire/record.hpp"

namespace godwit::rocks {

using dispatch::Draft;
using dispatch::Published;

class RocksdbLedger::Append final : public WriteJob {
 public:
  Append(RocksdbLedger& ledger, Draft draft)
      : WriteJob(weight(draft.message) + 2 * draft.once.size(), /*sync=*/true),
        draft(std::move(draft)),
        ledger_(ledger) {}

  Result<void> stage(::rocksdb::WriteBatch& batch) override { return ledger_.stage(*this, batch); }
  void finish(Result<void> written) override {
    const auto answer_to = std::move(done);  // answering may end this job
    if (!written) result = std::unexpected(std::move(written).error());
    answer_to(std::move(result));
  }
  Result<void> repeat(const Published& first, std::string_view fingerprint) {
    if (fingerprint != draft.fingerprint) return fail(Code::client_id_reused);
    result = first;
    result->repeated = true;
    return {};
  }

  Draft draft;
  Result<Published> result;
  std::move_only_function<void(Result<Published>) const> done;

 private:
  RocksdbLedger& ledger_;
};

Task<Result<Published>> RocksdbLedger::append(Draft draft) {
  Append job(*this, std::move(draft));
  co_return co_await completion<Result<Published>>([this, &job](auto done) {
    job.done = std::move(done);
    if (!committer_.submit(job)) job.finish(std::unexpected(Committer::full()));
  });
}

Result<void> RocksdbLedger::stage(Append& job, ::rocksdb::WriteBatch& batch) {
  auto& draft = job.draft;
  if (const auto twin = staged_sent_.find(draft.once); twin != staged_sent_.end()) {
    return job.repeat(*twin->second->result, twin->second->draft.fingerprint);
  }
  TRY(const auto before, read_sent(draft.once));
  if (before) return job.repeat(before->published, before->fingerprint);
  TRY(auto* const conversation, head_of(draft.message.conversation.name()));

  auto& head = conversation->second;
  head.seq += 1;
  head.time = next_time(head.time, clock_.now());
  if (!std::exchange(head.moved, true)) moved_.push_back(conversation);
  auto message = std::make_shared<Message>(std::move(draft.message));
  message->seq = head.seq;
  message->time = head.time;
  job.result = Published{.id = message->id, .seq = message->seq, .time = message->time, .repeated = false};
  put(job, *message, batch);
  staged_sent_.emplace(draft.once, &job);
  staged_.push_back(std::move(message));
  return {};
}

void RocksdbLedger::put(const Append& job, const Message& message, ::rocksdb::WriteBatch& batch) {
  batch.Put(store_.family(Family::log), be8(recent_.end() + staged_.size()), wire::encode_record(message));
  std::string value;
  value.reserve(64 + job.draft.fingerprint.size());
  put_varint(value, message.seq);
  put_varint(value, static_cast<std::uint64_t>(message.time));
  put_varint(value, message.id.str().size());
  value += message.id.str();
  value += job.draft.fingerprint;
  batch.Put(store_.family(Family::sent), job.draft.once, value);
}

Result<RocksdbLedger::Heads::value_type*> RocksdbLedger::head_of(const std::string& conversation) {
  if (const auto known = heads_.find(conversation); known != heads_.end()) return &*known;
  if (heads_.size() >= settings_.cached_heads && moved_.empty()) heads_.clear();
  ::rocksdb::PinnableSlice value;
  TRY(const bool found, store_.get(Family::conversations, conversation_key(conversation, kLedgerHead), value));
  Head head;
  if (found) {
    ByteReader reader(value.ToStringView());
    head.seq = reader.varint();
    head.time = static_cast<Millis>(reader.varint());
    if (!reader.ok()) return std::unexpected(store_.damaged("the head of " + conversation));
  }
  return &*heads_.emplace(conversation, head).first;
}

void RocksdbLedger::seal(::rocksdb::WriteBatch& batch) {
  for (auto* const conversation : moved_) {
    auto& [name, head] = *conversation;
    std::string value;
    put_varint(value, head.seq);
    put_varint(value, static_cast<std::uint64_t>(head.time));
    batch.Put(store_.family(Family::conversations), conversation_key(name, kLedgerHead), value);
    head.moved = false;
  }
}

void RocksdbLedger::written() {
  wake_ = !staged_.empty();
  if (wake_) {
    if (listener_) listener_(staged_);
    recent_.add(std::exchange(staged_, {}));  // before the answers: who was answered finds it by Bus::settled
  }
  forget_batch();
}

void RocksdbLedger::failed() {
  wake_ = false;
  forget_batch();
  heads_.clear();
}

void RocksdbLedger::forget_batch() {
  staged_.clear();
  staged_sent_.clear();
  moved_.clear();
}

void RocksdbLedger::answered() {
  if (wake_) recent_.wake();
}

}  // namespace godwit::rocks
