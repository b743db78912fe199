#include "engine/sqlite/archive_search.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "wire/record.hpp"

namespace godwit::engine::sqlite {
namespace {
constexpr Millis kLastTime = std::numeric_limits<std::int64_t>::max() >> (Row::kBits + 1);
}

Result<archive::Hits> ArchiveReader::search(const archive::SearchQuery& query) {
  TRY(auto snapshot, Transaction::begin(connection_, Transaction::Kind::read));
  TRY(auto hits, ArchiveSearch(*this, query).run());
  CHECK_OK(snapshot.commit());
  return hits;
}

ArchiveSearch::ArchiveSearch(ArchiveReader& reader, const archive::SearchQuery& query, SearchBounds bounds)
    : reader_(reader), query_(query), bounds_(bounds), text_(query.text) {
  if (query.from) lowest_ = Row::first_of(std::clamp<Millis>(*query.from, 0, kLastTime));
  if (query.to) highest_ = Row::first_of(std::clamp<Millis>(*query.to, -1, kLastTime) + 1) - 1;
}

Result<archive::Hits> ArchiveSearch::run() {
  TRY(const bool more, read_position());
  if (!more || text_.empty() || query_.limit == 0) return archive::Hits{};
  CHECK_OK(load_spans());
  if (conversations_.empty()) return archive::Hits{};
  TRY(const auto indexed_from, reader_.indexed_from());
  const auto lowest = std::exchange(lowest_, std::max(lowest_, indexed_from));
  if (lowest_ <= highest_) CHECK_OK(search_index());
  lowest_ = lowest;
  highest_ = std::min(highest_, indexed_from - 1);
  if (lowest_ <= highest_ && known_from_ == 0 && found_.size() <= query_.limit) CHECK_OK(search_below());
  return answer();
}

/// Between lowest_ and highest_ every message is in the index.
Result<void> ArchiveSearch::search_index() {
  const bool few = conversations_.size() <= bounds_.by_conversation;
  // A single character is costly to look up where it is common; then the newest messages that may be read are sure to
  // have it.
  if (text_.has_single()) {
    TRY(const bool enough, glance({}, few ? conversations_ : std::vector<std::int64_t>{}));
    if (enough) return {};
  }
  if (!few) {
    TRY(const bool enough, glance(text_.expression(), {}));
    if (enough) return {};
  }
  return by_conversations();
}

/// Where an index that is made anew has not come yet: message by message.
Result<void> ArchiveSearch::search_below() {
  TRY(const auto walked, walk(reader_.newest_, bounds_.most > looked_at_ ? bounds_.most - looked_at_ : 1));
  if (!walked.finished) known_from_ = walked.row;
  return {};
}

/// Looks at the newest matches only. False: more is needed, below highest_.
Result<bool> ArchiveSearch::glance(const std::string& expression, std::span<const std::int64_t> conversations) {
  TRY(const auto walked, walk(expression, conversations, bounds_.glance));
  if (walked.finished) return true;
  if (found_.size() > query_.limit) {
    known_from_ = walked.row;
    return true;
  }
  highest_ = walked.row - 1;
  return false;
}

/// False where nothing can be left.
Result<bool> ArchiveSearch::read_position() {
  if (query_.position.empty()) return lowest_ <= highest_;
  std::int64_t last = 0;
  const auto* end = query_.position.data() + query_.position.size();
  const auto [behind, wrong] = std::from_chars(query_.position.data(), end, last);
  if (wrong != std::errc{} || behind != end || last < 0) return fail(Code::bad_cursor, "not a position of this search");
  highest_ = std::min(highest_, last - 1);
  return lowest_ <= highest_;
}

Result<void> ArchiveSearch::load_spans() {
  std::int64_t only = 0;
  if (query_.conversation) {
    TRY(only, reader_.conversation_id(*query_.conversation));
    if (only == 0) return {};
  }
  auto& statement = reader_.all_events_;
  const Reading reading(statement);
  statement.bind_text(1, query_.reader.str());
  ReadingRights rights;
  for (std::int64_t whose = 0;;) {
    TRY(const bool more, statement.step());
    const auto conversation = more ? statement.integer(0) : 0;
    if (conversation != whose) add_spans(std::exchange(whose, conversation), std::exchange(rights, {}).ranges());
    if (!more) return {};
    if (only == 0 || conversation == only) rights.add({.place = static_cast<std::uint64_t>(statement.integer(1))});
  }
}

void ArchiveSearch::add_spans(std::int64_t conversation, const ReadRanges& ranges) {
  for (const auto& range : ranges.spans()) spans_.push_back({conversation, range});
  if (!ranges.empty()) conversations_.push_back(conversation);
}

/// A part of the conversations at a time; each part gives its newest, and together they hold the newest of all.
Result<void> ArchiveSearch::by_conversations() {
  const std::span<const std::int64_t> all(conversations_);
  const auto expression = text_.expression();
  for (std::size_t at = 0; at < all.size(); at += bounds_.by_conversation) {
    const auto part = all.subspan(at, std::min(bounds_.by_conversation, all.size() - at));
    const auto budget = bounds_.most > looked_at_ ? bounds_.most - looked_at_ : 1;
    TRY(const auto walked, walk(expression, part, budget));
    if (!walked.finished) known_from_ = std::max(known_from_, walked.row);
  }
  return {};
}

Result<ArchiveSearch::Walk> ArchiveSearch::walk(const std::string& terms, std::span<const std::int64_t> conversations,
                                                std::size_t budget) {
  const auto sender = query_.sender ? query_.sender->str() : std::string{};
  const auto expression = narrowed(terms, sender, conversations);
  if (expression.empty()) return walk(reader_.newest_, budget);
  reader_.matches_.bind_text(1, expression);
  return walk(reader_.matches_, budget);
}

Result<ArchiveSearch::Walk> ArchiveSearch::walk(Statement& matches, std::size_t budget) {
  const Reading reading(matches);
  // What is below known_from_ would be cut from the page anyhow.
  matches.bind(2, std::max(lowest_, known_from_)).bind(3, highest_);
  std::size_t looked = 0, hits = 0;
  for (;;) {
    TRY(const bool more, matches.step());
    if (!more) return Walk{};
    const auto row = matches.integer(0);
    TRY(const bool hit, look_at(row, matches.integer(1), matches.blob(2)));
    if (hit) ++hits;
    ++looked_at_;
    if (++looked >= budget || hits > query_.limit) return Walk{.finished = false, .row = row};
  }
}

Result<bool> ArchiveSearch::look_at(std::int64_t row, std::int64_t key, std::string_view record) {
  if (!readable(key)) return false;
  auto message = wire::decode_record(record);
  if (!message) return ++reader_.damaged_, false;
  if (message->recalled || !is_chat(message->type)) return false;
  if (query_.sender && message->sender != query_.sender->str()) return false;
  if ((query_.from && message->time < *query_.from) || (query_.to && message->time > *query_.to)) return false;
  auto highlight = text_.find_in(message->text);
  if (!highlight) return false;
  found_.push_back({row, {std::make_shared<const Message>(std::move(*message)), std::move(*highlight)}});
  return true;
}

bool ArchiveSearch::readable(std::int64_t key) const noexcept {
  const auto conversation = MessageKey::conversation_of(key);
  const auto first = std::ranges::lower_bound(spans_, conversation, {}, &Span::conversation);
  for (auto span = first; span != spans_.end() && span->conversation == conversation; ++span) {
    if (span->range.contains(MessageKey::seq_of(key))) return true;
  }
  return false;
}

/// The walks go one hit further than the page, to tell whether anything is left.
archive::Hits ArchiveSearch::answer() {
  std::erase_if(found_, [this](const Found& found) { return found.row < known_from_; });
  std::ranges::sort(found_, std::greater{}, &Found::row);
  if (found_.size() > query_.limit) {
    found_.resize(query_.limit);
    known_from_ = found_.back().row;
  }
  archive::Hits hits;
  for (auto& found : found_) hits.items.push_back(std::move(found.hit));
  if (known_from_ > lowest_) hits.position = std::to_string(known_from_);
  return hits;
}

}  // namespace godwit::engine::sqlite
