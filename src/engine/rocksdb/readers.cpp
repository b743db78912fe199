#include "engine/rocksdb/readers.hpp"

#include <rocksdb/snapshot.h>
#include <rocksdb/write_batch.h>

#include "engine/rocksdb/keys.hpp"
#include "engine/rocksdb/timeline.hpp"
#include "engine/rocksdb/values.hpp"

namespace godwit::rocks {
namespace {

constexpr std::string_view kVersion = "1";
constexpr int kAtOnce = 1'000;

Result<void> write(Store& store, ::rocksdb::WriteBatch& batch, bool sync) {
  ::rocksdb::WriteOptions options;
  options.sync = sync;
  const auto status = store.db().Write(options, &batch);
  batch.Clear();
  return store.check(status);
}

/// The index's key of one row; empty: it has none.
Result<std::string> reader_of(Store& store, std::string_view key, std::string_view value) {
  const auto end = key.find('\0');
  const auto user = key.substr(1, end == std::string_view::npos ? end : end - 1);
  const auto conversation = end == std::string_view::npos ? std::nullopt : Conversation::parse(key.substr(end + 1));
  if (conversation && conversation->kind() != Conversation::Kind::group) return std::string();
  const auto rights = decode_rights(value);
  // It is named, and left as it is: nobody reads by it.
  if (!conversation || !rights) return (void)store.damaged("a row of " + std::string(user)), std::string();
  return rights->open() ? inbox_key(kReader, conversation->name(), user) : std::string();
}

}  // namespace

Result<void> prepare_readers(Store& store) {
  ::rocksdb::PinnableSlice version;
  TRY(const bool there, store.get(Family::meta, kReadersKey, version));
  if (there && version.ToStringView() == kVersion) return {};
  ::rocksdb::WriteBatch batch;
  {
    const auto rows = store.iterate(Family::inbox, /*fill_cache=*/false);
    for (rows->Seek(std::string(1, kRow)); rows->Valid() && rows->key().starts_with(std::string_view(&kRow, 1));
         rows->Next()) {
      TRY(const auto reader, reader_of(store, rows->key().ToStringView(), rows->value().ToStringView()));
      if (!reader.empty()) batch.Put(store.family(Family::inbox), reader, "");
      if (batch.Count() >= kAtOnce) CHECK_OK(write(store, batch, /*sync=*/false));
    }
    CHECK_OK(store.check(rows->status()));
  }
  batch.Put(store.family(Family::meta), kReadersKey, kVersion);
  return write(store, batch, /*sync=*/true);
}

Task<Result<offline::OpenReaders>> RocksdbTimeline::readers(const Conversation& conversation) {
  co_return co_await reads_.run([this, conversation] { return read_readers(conversation); });
}

Result<offline::OpenReaders> RocksdbTimeline::read_readers(const Conversation& conversation) {
  TRY(auto untaken, untaken_());
  const Store::Use use(store_);
  if (!use) return std::unexpected(store_.error(::rocksdb::Status::Busy("the database is being opened again")));
  ::rocksdb::ManagedSnapshot moment(&store_.db());
  ::rocksdb::ReadOptions options;
  options.snapshot = moment.snapshot();
  offline::OpenReaders readers;
  ::rocksdb::PinnableSlice value;
  const auto got = store_.db().Get(options, store_.family(Family::conversations),
                                   conversation_key(conversation.name(), kTimelineHead), &value);
  if (!got.IsNotFound()) CHECK_OK(store_.check(got));
  const auto head = got.ok() ? decode_head(value.ToStringView()) : std::optional(offline::Head());
  if (!head) return std::unexpected(store_.damaged("the head of " + conversation.name()));
  readers.seq = head->seq;
  if (conversation.kind() == Conversation::Kind::group) {
    const auto prefix = inbox_prefix(kReader, conversation.name());
    const std::unique_ptr<::rocksdb::Iterator> it(store_.db().NewIterator(options, store_.family(Family::inbox)));
    for (it->Seek(prefix); it->Valid() && it->key().starts_with(prefix); it->Next())
      readers.users.emplace_back(it->key().ToStringView().substr(prefix.size()));
    CHECK_OK(store_.check(it->status()));
  } else if (readers.seq > 0) {
    readers.users = conversation.people();
  }
  Overlay(std::move(untaken)).lay_over(readers, conversation);
  return readers;
}

}  // namespace godwit::rocks
