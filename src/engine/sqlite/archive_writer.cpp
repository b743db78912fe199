#include "engine/sqlite/archive_writer.hpp"

#include "engine/sqlite/index_terms.hpp"
#include "wire/record.hpp"

namespace godwit::engine::sqlite {

Result<ArchiveWriter> ArchiveWriter::open(const std::string& path) {
  TRY(auto connection, open_archive_writer(path));
  ArchiveWriter writer(std::move(connection));
  CHECK_OK(writer.prepare());
  return writer;
}

Result<void> ArchiveWriter::prepare() {
  const std::pair<Statement&, std::string_view> statements[] = {
      {add_id_, "INSERT OR IGNORE INTO ids(id, row) VALUES(?1, ?2)"},
      {drop_id_, "DELETE FROM ids WHERE id = ?1"},
      {find_id_, "SELECT row FROM ids WHERE id = ?1"},
      {add_message_, "INSERT INTO messages(row, key, record) VALUES(?1, ?2, ?3)"},
      {last_row_of_, "SELECT max(row) FROM messages WHERE row BETWEEN ?1 AND ?2"},
      {add_text_, "INSERT INTO texts(rowid, body) VALUES(?1, ?2)"},
      {drop_text_, "INSERT INTO texts(texts, rowid, body) VALUES('delete', ?1, ?2)"},
      {find_conversation_, "SELECT id FROM conversations WHERE name = ?1"},
      {add_conversation_, "INSERT INTO conversations(name) VALUES(?1)"},
      {add_place_, "INSERT INTO recent_places(key, row, writer) VALUES(?1, ?2, ?3)"},
      {find_place_, "SELECT 1 FROM recent_places WHERE key = ?1 UNION ALL SELECT 1 FROM places WHERE key = ?1"},
      {last_place_,
       "SELECT max(coalesce((SELECT max(key) FROM recent_places WHERE key BETWEEN ?1 AND ?2), 0),"
       " coalesce((SELECT max(key) FROM places WHERE key BETWEEN ?1 AND ?2), 0))"},
      {add_recall_, "INSERT OR IGNORE INTO recalls(id) VALUES(?1)"},
      {take_recall_, "DELETE FROM recalls WHERE id = ?1"},
      {read_message_, "SELECT key, record FROM messages WHERE row = ?1"},
      {erase_message_, "UPDATE messages SET record = ?2 WHERE row = ?1"},
      {older_messages_, "SELECT row, key, record FROM messages WHERE row < ?1 ORDER BY row DESC LIMIT ?2"},
      {index_reached_, "UPDATE search_index SET whole_from = ?1, remaining = ?2"},
      {add_event_, "INSERT OR IGNORE INTO stay_events(user, conversation, place) VALUES(?1, ?2, ?3)"},
  };
  for (const auto& [statement, sql] : statements) {
    TRY(statement, connection_.prepare(sql));
  }
  TRY(last_row_, connection_.number("SELECT max(row) FROM messages"));
  TRY(index_, read_index_state(connection_));
  TRY(recent_places_, connection_.number("SELECT count(*) FROM recent_places"));
  return {};
}

Result<ArchiveWriter::Stored> ArchiveWriter::put(std::span<const MessagePtr> batch) {
  auto stored = put_all(batch);
  if (!stored) {
    // What the rolled-back batch numbered is not there.
    conversations_.clear();
    leaving_.clear();
    if (const auto places = connection_.number("SELECT count(*) FROM recent_places")) recent_places_ = *places;
  }
  return stored;
}

Result<ArchiveWriter::Stored> ArchiveWriter::put_all(std::span<const MessagePtr> batch) {
  TRY(auto transaction, Transaction::begin(connection_, Transaction::Kind::write));
  Stored stored;
  for (const auto& message : batch) {
    TRY(const auto taken, put_one(*message));
    if (taken == Taken::stored) ++stored.messages;
    if (taken == Taken::conflict) ++stored.conflicts;
    if (taken == Taken::impossible) ++stored.impossible;
  }
  CHECK_OK(leave_index());
  CHECK_OK(settle_places());
  CHECK_OK(transaction.commit());
  return stored;
}

Result<ArchiveWriter::Taken> ArchiveWriter::put_one(const Message& message) {
  if (message.seq == 0 || message.seq > MessageKey::kLastSeq) return Taken::impossible;
  const auto id = stored_id(message.id.str());
  // What comes again must not depend on what lies around its place: a damaged page there would stop all that follows.
  if (Row::first_of(message.time) <= last_row_) {
    const Reading reading(find_id_);
    TRY(const bool known, find_id_.bind_blob(1, id).step());
    if (known) return Taken::known;
  }
  TRY(const auto row, next_row(message.time));
  CHECK_OK(add_id_.bind_blob(1, id).bind(2, row).run());
  if (connection_.changes() == 0) return Taken::known;

  TRY(Known* const known, conversation(message.conversation));
  TRY(const bool placed, take_place(*known, message, row));
  if (!placed) {
    CHECK_OK(drop_id_.bind_blob(1, id).run());
    return Taken::conflict;
  }
  const auto key = MessageKey::make(known->id, message.seq);
  TRY(const bool recalled_before, was_recalled(id));
  if (message.recalled || (recalled_before && is_chat(message.type))) {
    CHECK_OK(put_message(without_text(message), key, row));
  } else {
    CHECK_OK(put_message(message, key, row));
  }
  if (message.type == Type::recalled) CHECK_OK(recall(message));
  CHECK_OK(change_readers(message, known->id));
  return Taken::stored;
}

Result<void> ArchiveWriter::put_message(const Message& message, std::int64_t key, std::int64_t row) {
  const auto record = wire::encode_record(message);
  CHECK_OK(add_message_.bind(1, row).bind(2, key).bind_blob(3, record).run());
  if (!is_chat(message.type) || message.recalled || !is_indexed(row)) return {};
  const auto document = index_document(MessageKey::conversation_of(key), message.sender, message.text);
  return add_text_.bind(1, row).bind_text(2, document).run();
}

/// By time; where the clock went back, after the others of its millisecond. Past the last place of a millisecond (only
/// a clock that stands still gets there) after everything.
Result<std::int64_t> ArchiveWriter::next_row(Millis time) {
  const auto first = Row::first_of(time), beyond = Row::first_of(time + 1);
  std::int64_t row = first;
  if (last_row_ >= first && last_row_ < beyond) {
    row = last_row_ + 1;
  } else if (last_row_ >= beyond) {
    const Reading reading(last_row_of_);
    TRY(const bool answered, last_row_of_.bind(1, first).bind(2, beyond - 1).step());
    if (answered && !last_row_of_.is_null(0)) row = last_row_of_.integer(0) + 1;
    if (row >= beyond) row = last_row_ + 1;
  }
  last_row_ = std::max(last_row_, row);
  return row;
}

}  // namespace godwit::engine::sqlite
