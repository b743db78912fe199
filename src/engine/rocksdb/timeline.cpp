#include "engine/rocksdb/timeline.hpp"

#include "engine/rocksdb/keys.hpp"
#include "engine/rocksdb/put_entries.hpp"
#include "engine/rocksdb/values.hpp"

namespace godwit::rocks {

Result<offline::Head> read_head(Store& store, std::string_view conversation) {
  ::rocksdb::PinnableSlice value;
  TRY(const bool found, store.get(Family::conversations, conversation_key(conversation, kTimelineHead), value));
  if (!found) return offline::Head{};
  const auto head = decode_head(value.ToStringView());
  if (!head) return std::unexpected(store.damaged("the head of " + std::string(conversation)));
  return *head;
}

Result<Seq> read_floor(Store& store, std::string_view conversation) {
  ::rocksdb::PinnableSlice value;
  TRY(const bool found, store.get(Family::conversations, conversation_key(conversation, kFloor), value));
  if (!found) return Seq{0};
  if (value.size() != 8) return std::unexpected(store.damaged("the floor of " + std::string(conversation)));
  return read_be8(value.data());
}

Task<Result<void>> RocksdbTimeline::put(std::span<const MessagePtr> messages) {
  if (const auto generation = store_.generation(); generation != std::exchange(generation_, generation)) heads_.clear();
  EntryBatch batch(store_, heads_);
  for (const auto& message : messages) CO_CHECK(batch.add(*message));
  const auto written = co_await committer_.apply(batch.changes(), /*sync=*/false, generation_);
  if (!written) {
    heads_.clear();
    co_return written;
  }
  if (heads_.size() + batch.heads().size() > settings_.cached_heads) heads_.clear();
  for (const auto& [conversation, head] : batch.heads()) heads_.insert_or_assign(conversation, head);
  co_return Result<void>();
}

Task<Result<offline::Head>> RocksdbTimeline::head(const Conversation& conversation) {
  co_return co_await reads_.run([this, conversation]() -> Result<offline::Head> {
    TRY(auto untaken, untaken_());
    TRY(auto head, read_head(store_, conversation.name()));
    Overlay(std::move(untaken)).lay_over(head, conversation);
    return head;
  });
}

}  // namespace godwit::rocks
