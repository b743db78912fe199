#include "engine/sqlite/archive_reader.hpp"

#include <algorithm>

#include "wire/record.hpp"

namespace godwit::engine::sqlite {
namespace {

// Both parts of a conversation's places, cut to the page before the messages are fetched.
constexpr std::string_view kUpwards =
    "SELECT m.record FROM (SELECT key, row FROM places WHERE key > ?1 AND key < ?2 UNION ALL "
    "SELECT key, row FROM recent_places WHERE key > ?1 AND key < ?2 ORDER BY key LIMIT ?3) p CROSS JOIN messages m ON "
    "m.row = p.row";
constexpr std::string_view kDownwards =
    "SELECT m.record FROM (SELECT key, row FROM places WHERE key > ?1 AND key < ?2 UNION ALL "
    "SELECT key, row FROM recent_places WHERE key > ?1 AND key < ?2 ORDER BY key DESC LIMIT ?3) p CROSS JOIN messages "
    "m ON m.row = p.row";

constexpr std::string_view kRowsUpwards =
    "SELECT key, row FROM places WHERE key > ?1 AND key < ?2 UNION ALL "
    "SELECT key, row FROM recent_places WHERE key > ?1 AND key < ?2 ORDER BY key LIMIT ?3";
constexpr std::string_view kRowsDownwards =
    "SELECT key, row FROM places WHERE key > ?1 AND key < ?2 UNION ALL "
    "SELECT key, row FROM recent_places WHERE key > ?1 AND key < ?2 ORDER BY key DESC LIMIT ?3";
constexpr std::size_t kAroundDamage = 50;

Result<MessagePtr> message_of(std::string_view record) {
  auto message = wire::decode_record(record);
  if (!message) return fail(Code::unavailable, "a stored message is damaged: " + message.error().detail);
  return std::make_shared<const Message>(std::move(*message));
}

Result<MessagePtr> first_of(Statement& statement) {
  const Reading reading(statement);
  TRY(const bool found, statement.step());
  if (!found) return MessagePtr{};
  return message_of(statement.blob(0));
}

}  // namespace

Result<ArchiveReader> ArchiveReader::open(const std::string& path) {
  TRY(auto connection, open_archive_reader(path));
  ArchiveReader reader(std::move(connection));
  CHECK_OK(reader.prepare());
  return reader;
}

Result<void> ArchiveReader::prepare() {
  const std::pair<Statement&, std::string_view> statements[] = {
      {index_from_, "SELECT whole_from FROM search_index"},
      {conversation_, "SELECT id FROM conversations WHERE name = ?1"},
      {by_id_, "SELECT record FROM ids JOIN messages USING(row) WHERE id = ?1"},
      {upwards_, kUpwards},
      {downwards_, kDownwards},
      {rows_upwards_, kRowsUpwards},
      {rows_downwards_, kRowsDownwards},
      {by_row_, "SELECT record FROM messages WHERE row = ?1"},
      {count_,
       "SELECT (SELECT count(*) FROM places WHERE key > ?1 AND key <= ?2 AND writer NOT IN (0, ?3))"
       " + (SELECT count(*) FROM recent_places WHERE key > ?1 AND key <= ?2 AND writer NOT IN (0, ?3))"},
      {events_, "SELECT place FROM stay_events WHERE user = ?1 AND conversation = ?2 ORDER BY place"},
      {all_events_, "SELECT conversation, place FROM stay_events WHERE user = ?1 ORDER BY conversation, place"},
      {newest_, "SELECT row, key, record FROM messages WHERE row >= ?2 AND row <= ?3 ORDER BY row DESC"},
      {matches_,
       "SELECT texts.rowid, m.key, m.record FROM texts CROSS JOIN messages m ON m.row = texts.rowid "
       "WHERE texts MATCH ?1 AND texts.rowid >= ?2 AND texts.rowid <= ?3 ORDER BY texts.rowid DESC"},
  };
  for (const auto& [statement, sql] : statements) {
    TRY(statement, connection_.prepare(sql));
  }
  return {};
}

Result<std::int64_t> ArchiveReader::indexed_from() {
  const Reading reading(index_from_);
  TRY(const bool found, index_from_.step());
  return found ? index_from_.integer(0) : 0;
}

Result<std::int64_t> ArchiveReader::conversation_id(const Conversation& conversation) {
  const Reading reading(conversation_);
  TRY(const bool found, conversation_.bind_text(1, conversation.name()).step());
  return found ? conversation_.integer(0) : 0;
}

Result<MessagePtr> ArchiveReader::find(const MessageId& id) {
  const auto stored = stored_id(id.str());
  by_id_.bind_blob(1, stored);
  return first_of(by_id_);
}

Result<std::vector<MessagePtr>> ArchiveReader::page(const Conversation& conversation, const archive::Window& window) {
  std::vector<MessagePtr> messages;
  TRY(const auto id, conversation_id(conversation));
  if (id == 0 || window.after >= MessageKey::kLastSeq) return messages;
  const bool open = window.before == 0 || window.before > MessageKey::kLastSeq;
  const auto bound = [&](Statement& statement) -> Statement& {
    return statement.bind(1, MessageKey::make(id, window.after))
        .bind(2, open ? MessageKey::make(id + 1, 0) : MessageKey::make(id, window.before))
        .bind(3, static_cast<std::int64_t>(window.limit));
  };
  if (!add_all(bound(window.newest ? downwards_ : upwards_), messages)) {
    messages.clear();
    damaged_ = 0;
    CHECK_OK(add_one_by_one(bound(window.newest ? rows_downwards_ : rows_upwards_), messages));
  }
  std::ranges::sort(messages, {}, [](const MessagePtr& message) { return message->seq; });
  return messages;
}

void ArchiveReader::add(std::string_view record, std::vector<MessagePtr>& messages) {
  if (auto message = message_of(record))
    messages.push_back(std::move(*message));
  else
    ++damaged_;
}

Result<void> ArchiveReader::add_all(Statement& found, std::vector<MessagePtr>& messages) {
  const Reading reading(found);
  for (;;) {
    TRY(const bool more, found.step());
    if (!more) return {};
    add(found.blob(0), messages);
  }
}

/// Where a page of the file is damaged: what else there is. All of it damaged is an error, as of a disk that cannot be
/// read.
Result<void> ArchiveReader::add_one_by_one(Statement& rows, std::vector<MessagePtr>& messages) {
  const Reading reading(rows);
  Result<void> last;
  for (;;) {
    TRY(const bool more, rows.step());
    if (!more) break;
    const Reading one(by_row_);
    const auto there = by_row_.bind(1, rows.integer(1)).step();
    if (there && *there)
      add(by_row_.blob(0), messages);
    else
      ++damaged_;
    if (!there) last = std::unexpected(there.error());
  }
  return messages.empty() ? last : Result<void>{};
}

Result<MessagePtr> ArchiveReader::last_up_to(const Conversation& conversation, Seq seq) {
  TRY(const auto id, conversation_id(conversation));
  if (id == 0) return MessagePtr{};
  const archive::Window last{.before = std::min(seq, MessageKey::kLastSeq - 1) + 1, .limit = 1, .newest = true};
  auto found = page(conversation, last);
  if (!found || (found->empty() && damaged_ > 0))
    found = page(conversation, {.before = last.before, .limit = kAroundDamage, .newest = true});
  CHECK_OK(found);
  return found->empty() ? MessagePtr{} : found->back();
}

Result<std::uint64_t> ArchiveReader::count_chat(const Conversation& conversation, const UserKey& user, Seq after,
                                                Seq up_to) {
  TRY(const auto id, conversation_id(conversation));
  if (id == 0 || after >= up_to) return 0;
  const auto key = [id](Seq seq) { return MessageKey::make(id, std::min(seq, MessageKey::kLastSeq)); };
  const Reading reading(count_);
  TRY(const bool counted, count_.bind(1, key(after)).bind(2, key(up_to)).bind(3, writer_number(user.str())).step());
  return counted ? static_cast<std::uint64_t>(count_.integer(0)) : 0;
}

Result<ReadRanges> ArchiveReader::ranges(const Conversation& conversation, const UserKey& user) {
  TRY(const auto id, conversation_id(conversation));
  ReadingRights rights;
  const Reading reading(events_);
  events_.bind_text(1, user.str()).bind(2, id);
  for (;;) {
    TRY(const bool more, events_.step());
    if (!more) return rights.ranges();
    rights.add({.place = static_cast<std::uint64_t>(events_.integer(0))});
  }
}

}  // namespace godwit::engine::sqlite
