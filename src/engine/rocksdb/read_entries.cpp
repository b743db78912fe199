#include <algorithm>
#include <limits>

#include "engine/rocksdb/keys.hpp"
#include "engine/rocksdb/timeline.hpp"
#include "engine/rocksdb/values.hpp"
#include "wire/record.hpp"

namespace godwit::rocks {
namespace {

using offline::Slice;
using offline::Span;

constexpr std::size_t kAnswerBytes = 1U << 20U;

/// Reads spans one after another through one iterator.
class Reader {
 public:
  explicit Reader(Store& store) : store_(store), entries_(store.iterate(Family::entries)) {}

  Result<Slice> read(const Span& span) {
    prefix_ = entry_prefix(span.conversation.name());
    TRY(const auto floor, read_floor(store_, span.conversation.name()));
    const auto after = std::max(span.after, floor);
    Slice slice;
    if (span.limit == 0 || (span.before != 0 && span.before <= after + 1)) return slice;
    CHECK_OK(span.newest ? read_down(span, after, slice) : read_up(span, after, slice));
    if (entries_->status().IsCorruption()) {  // named, and the other conversations go on
      (void)store_.error(entries_->status());
      slice.older = true;
      entries_ = store_.iterate(Family::entries);
    }
    CHECK_OK(store_.check(entries_->status()));
    return slice;
  }

 private:
  [[nodiscard]] bool here() const {
    return entries_->Valid() && entries_->key().starts_with(prefix_) && entries_->key().size() == prefix_.size() + 8;
  }
  [[nodiscard]] Seq seq() const { return read_be8(entries_->key().data() + prefix_.size()); }
  /// A damaged one has the time of now, so that it is looked at, and no record.
  [[nodiscard]] Entry entry() const {
    return decode_entry(entries_->value().ToStringView())
        .value_or(Entry{.time = std::numeric_limits<Millis>::max(), .record = {}});
  }
  void seek(Seq seq) {
    auto key = prefix_;
    put_be8(key, seq);
    entries_->Seek(key);
  }

  Result<void> read_up(const Span& span, Seq after, Slice& slice) {
    seek(after + 1);
    if (span.since > 0) CHECK_OK(skip_older(span, after, slice));
    for (; here() && (span.before == 0 || seq() < span.before); entries_->Next()) {
      if (slice.items.size() == span.limit || bytes_ >= kAnswerBytes) return slice.more = true, Result<void>();
      CHECK_OK(take(slice));
    }
    return {};
  }

  Result<void> read_down(const Span& span, Seq after, Slice& slice) {
    auto key = prefix_;
    put_be8(key, span.before == 0 ? ~Seq{0} : span.before - 1);
    for (entries_->SeekForPrev(key); here() && seq() > after; entries_->Prev()) {
      if (entry().time < span.since) break;
      if (slice.items.size() == span.limit || bytes_ >= kAnswerBytes) {
        slice.more = true;
        break;
      }
      CHECK_OK(take(slice));
    }
    std::reverse(slice.items.begin(), slice.items.end());
    return {};
  }

  Result<void> take(Slice& slice) {
    const auto found = entry();
    if (found.kind != EntryKind::message) return {};
    auto message = wire::decode_record(found.record);
    if (!message) {
      (void)store_.damaged("entry " + std::to_string(seq()) + " of " + prefix_.substr(0, prefix_.size() - 1));
      slice.older = true;
      return {};
    }
    bytes_ += found.record.size();
    slice.items.push_back(std::make_shared<const Message>(std::move(*message)));
    return {};
  }

  /// Stands on the first entry from here on with time ≥ since. Times never fall within a conversation, so halving finds
  /// it.
  Result<void> skip_older(const Span& span, Seq after, Slice& slice) {
    if (!here() || (span.before != 0 && seq() >= span.before)) return {};
    if (entry().time >= span.since) return {};
    slice.older = true;
    TRY(const auto head, read_head(store_, span.conversation.name()));
    Seq low = seq() + 1, high = std::max(head.seq, after) + 1;
    while (low < high) {
      const auto middle = low + (high - low) / 2;
      seek(middle);
      if (!here()) {
        high = middle;
        continue;
      }
      if (entry().time >= span.since)
        high = middle;
      else
        low = std::max(seq(), middle) + 1;
    }
    seek(low);
    return {};
  }

  Store& store_;
  std::unique_ptr<::rocksdb::Iterator> entries_;
  std::string prefix_;
  std::size_t bytes_ = 0;
};

}  // namespace

Task<Result<std::vector<Slice>>> RocksdbTimeline::read(std::vector<Span> spans) {
  co_return co_await reads_.run([this, &spans]() -> Result<std::vector<Slice>> {
    TRY(auto untaken, untaken_());
    const Overlay overlay(std::move(untaken));
    Reader reader(store_);
    std::vector<Slice> slices;
    slices.reserve(spans.size());
    for (const auto& span : spans) {
      TRY(auto slice, reader.read(span));
      if (!overlay.empty()) overlay.lay_over(slice, span);
      slices.push_back(std::move(slice));
    }
    return slices;
  });
}

}  // namespace godwit::rocks
