#include "engine/rocksdb/dead_letters.hpp"

#include <algorithm>

#include "engine/rocksdb/keys.hpp"
#include "wire/record.hpp"

namespace godwit::rocks {

using dispatch::DeadLetter;
using dispatch::Topic;

namespace {

constexpr Topic kTopics[] = {Topic::store, Topic::offline};

std::string key_of(const DeadLetter::Place& place) { return dead_letter_key(name_of(place.topic), place.offset); }

/// docs/formats.md: time:BE8 reason_length:varint reason record
std::string encode(const DeadLetter& letter) {
  auto out = be8(static_cast<std::uint64_t>(letter.time));
  put_varint(out, letter.reason.size());
  return out += letter.reason, out += letter.record;
}

std::optional<DeadLetter> decode(const DeadLetter::Place& place, std::string_view value) {
  if (value.size() < 8) return std::nullopt;
  DeadLetter letter{.place = place, .time = static_cast<Millis>(read_be8(value.data())), .reason = {}, .record = {}};
  ByteReader reader(value.substr(8));
  letter.reason = reader.bytes(reader.varint());
  letter.record = reader.rest();
  if (!reader.ok()) return std::nullopt;
  return letter;
}

}  // namespace

std::string_view name_of(Topic topic) { return topic == Topic::store ? "store" : "offline"; }

RocksdbDeadLetters::RocksdbDeadLetters(Store& store, Committer& committer, Pool& reads, const Clock& clock, Log& log,
                                       Metrics& metrics, HandOver hand_over)
    : store_(store),
      committer_(committer),
      reads_(reads),
      clock_(clock),
      log_(log),
      hand_over_(std::move(hand_over)) {
  for (const auto topic : kTopics) {
    const auto labels = "topic=\"" + std::string(name_of(topic)) + '"';
    counters_.push_back({metrics.counter("godwit_dead_letters_total", "Records that a consumer put aside.", labels),
                         metrics.counter("godwit_dead_letters_lost_total",
                                         "Records that a consumer could not put aside: the place was full.", labels)});
    metrics.gauge("godwit_dead_letters", "Records that were put aside and wait for an operator.",
                  [this, topic] { return static_cast<double>(count(topic)); }, labels);
  }
}

Result<void> RocksdbDeadLetters::load() {
  const auto it = store_.iterate(Family::meta, /*fill_cache=*/false);
  const std::lock_guard lock(mutex_);
  for (const auto topic : kTopics) {
    const auto prefix = dead_letter_prefix(name_of(topic));
    for (it->Seek(prefix); it->Valid() && it->key().ToStringView().starts_with(prefix); it->Next()) {
      if (it->key().size() != prefix.size() + 8) continue;
      kept_.emplace(Place{topic, read_be8(it->key().data() + prefix.size())}, it->value().size());
      bytes_ += it->value().size();
    }
    CHECK_OK(store_.check(it->status()));
  }
  return {};
}

RocksdbDeadLetters::Room RocksdbDeadLetters::make_room(const Place& place, std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  if (kept_.contains(place)) return Room::taken;
  if (kept_.size() >= kMost || bytes_ + bytes > kMostBytes) return Room::none;
  kept_.emplace(place, bytes);
  bytes_ += bytes;
  return Room::made;
}

void RocksdbDeadLetters::forget(const Place& place) {
  const std::lock_guard lock(mutex_);
  if (const auto found = kept_.find(place); found != kept_.end()) {
    bytes_ -= found->second;
    kept_.erase(found);
  }
}

bool RocksdbDeadLetters::has(const Place& place) const {
  const std::lock_guard lock(mutex_);
  return kept_.contains(place);
}

std::size_t RocksdbDeadLetters::count(Topic topic) const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(
      std::ranges::count_if(kept_, [&](const auto& letter) { return letter.first.topic == topic; }));
}

std::size_t RocksdbDeadLetters::size() const {
  const std::lock_guard lock(mutex_);
  return kept_.size();
}

Task<Result<void>> RocksdbDeadLetters::add(DeadLetter letter) {
  const auto place = letter.place;
  letter.time = clock_.now();
  auto value = encode(letter);
  const auto room = make_room(place, value.size());
  if (room == Room::taken) co_return Result<void>();
  if (room == Room::none) {
    counters(place.topic).lost.add();
    log_.error("dead_letters_full",
               {{"topic", name_of(place.topic)}, {"offset", place.offset}, {"reason", letter.reason}});
    co_return Result<void>();
  }
  const auto generation = committer_.generation();
  std::vector<Change> changes;
  changes.push_back({Change::Kind::put, Family::meta, key_of(place), std::move(value)});
  auto written = co_await committer_.apply(std::move(changes), /*sync=*/true, generation);
  if (!written) {
    forget(place);
    co_return written;
  }
  counters(place.topic).added.add();
  log_.error("dead_letter", {{"topic", name_of(place.topic)}, {"offset", place.offset}, {"reason", letter.reason}});
  co_return Result<void>();
}

Result<DeadLetter> RocksdbDeadLetters::read(const Place& place) {
  ::rocksdb::PinnableSlice value;
  TRY(const bool found, store_.get(Family::meta, key_of(place), value));
  if (!found) return fail(Code::not_found, "there is no such dead letter");
  auto letter = decode(place, value.ToStringView());
  if (!letter) return std::unexpected(store_.damaged("a dead letter of " + std::string(name_of(place.topic))));
  return std::move(*letter);
}

Task<Result<std::vector<DeadLetter>>> RocksdbDeadLetters::list(std::optional<Place> after, std::size_t limit) {
  std::vector<Place> places;
  {
    const std::lock_guard lock(mutex_);
    for (auto it = after ? kept_.upper_bound(*after) : kept_.begin(); it != kept_.end() && places.size() < limit; ++it)
      places.push_back(it->first);
  }
  co_return co_await reads_.run([&]() -> Result<std::vector<DeadLetter>> {
    std::vector<DeadLetter> letters;
    for (const auto& place : places) {
      auto letter = read(place);
      if (letter)
        letters.push_back(std::move(*letter));
      else if (letter.error().code != Code::not_found)  // else dropped meanwhile, or not written yet
        return std::unexpected(letter.error());
    }
    return letters;
  });
}

Task<Result<void>> RocksdbDeadLetters::replay(Place place) {
  CO_TRY(const auto letter, co_await reads_.run([&] { return read(place); }));
  auto message = wire::decode_record(letter.record);
  if (!message) co_return fail(Code::bad_parameter, "nothing can read this record: " + letter.reason);
  CO_CHECK(co_await hand_over_(place.topic, std::make_shared<const Message>(std::move(*message))));
  co_return co_await drop(place);
}

Task<Result<void>> RocksdbDeadLetters::drop(Place place) {
  if (!has(place)) co_return fail(Code::not_found, "there is no such dead letter");
  const auto generation = committer_.generation();
  std::vector<Change> changes;
  changes.push_back({.kind = Change::Kind::remove, .family = Family::meta, .key = key_of(place), .value = {}});
  CO_CHECK(co_await committer_.apply(std::move(changes), /*sync=*/true, generation));
  forget(place);
  co_return Result<void>();
}

}  // namespace godwit::rocks
