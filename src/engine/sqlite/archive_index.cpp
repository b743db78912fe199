#include "engine/sqlite/archive_index.hpp"

#include <algorithm>

#include "domain/folding.hpp"
#include "engine/sqlite/archive_writer.hpp"
#include "engine/sqlite/index_terms.hpp"
#include "engine/sqlite/seal.hpp"
#include "engine/sqlite/sealed_files.hpp"
#include "wire/record.hpp"

namespace godwit::engine::sqlite {
namespace {

constexpr const char* kTexts = R"(
CREATE VIRTUAL TABLE texts USING fts5(body, content='', columnsize=0, detail=none, tokenize='godwit');
INSERT INTO texts(texts, rank) VALUES('automerge', 8);
)";
constexpr std::size_t kPieceBytes = std::size_t{1} << 20U;  // of records; they are in memory together
constexpr const char* kPutAside = "SELECT count(*) FROM sqlite_schema WHERE name = 'texts_before'";

/// In pieces: a large table that is dropped at once keeps everybody waiting. The first two rows are what FTS5 opens the
/// table by. False: nothing was left.
Result<bool> drop_some(Connection& connection) {
  TRY(const auto there, connection.number(kPutAside));
  if (there == 0) return false;
  CHECK_OK(connection.run(
      "DELETE FROM texts_before_data WHERE id IN (SELECT id FROM texts_before_data WHERE id > 10 LIMIT 2000)"));
  if (connection.changes() == 0) CHECK_OK(connection.run("DROP TABLE texts_before"));
  return true;
}

}  // namespace

Result<IndexState> read_index_state(Connection& connection) {
  TRY(auto row, connection.prepare("SELECT version, whole_from, remaining FROM search_index", false));
  TRY(const bool found, row.step());
  if (!found) return fail(Code::unavailable, "the archive does not say which version its search index is of");
  return IndexState{.version = std::string(row.text(0)), .whole_from = row.integer(1), .remaining = row.integer(2)};
}

Result<void> make_index_tables(Connection& connection) {
  CHECK_OK(connection.run(kTexts));
  return make_index_state(connection, folding_version());
}

Result<void> make_index_state(Connection& connection, const std::string& version) {
  return connection.run(
      "CREATE TABLE search_index(version TEXT NOT NULL, whole_from INTEGER NOT NULL, remaining INTEGER NOT NULL);"
      "INSERT INTO search_index VALUES('" +
      version + "', 0, 0)");
}

namespace {

/// An empty one in its place.
Result<void> put_aside(Connection& connection) {
  TRY(auto transaction, Transaction::begin(connection, Transaction::Kind::write));
  TRY(const auto there, connection.number(kPutAside));
  CHECK_OK(connection.run(there == 0 ? "ALTER TABLE texts RENAME TO texts_before" : "DROP TABLE texts"));
  CHECK_OK(connection.run(kTexts));
  CHECK_OK(connection.run(
      "UPDATE search_index SET whole_from = (SELECT coalesce(max(row) + 1, 0) FROM messages), remaining = -1,"
      " version = '" +
      folding_version() + "'"));
  return transaction.commit();
}

}  // namespace

Result<void> prepare_index(Connection& connection) {
  TRY(const auto state, read_index_state(connection));
  return state.version == folding_version() ? Result<void>() : put_aside(connection);
}

Result<std::int64_t> make_index_anew(const std::string& path, const std::function<void(std::int64_t)>& tell) {
  constexpr std::size_t kPiece = 4096;
  watch_sealed_files();
  CHECK_OK(Seal::prepare(path));
  TRY(auto connection, open_archive_writer(path));
  CHECK_OK(put_aside(connection));
  TRY(const auto messages, count_messages(connection));
  TRY(auto writer, ArchiveWriter::open(path));
  CHECK_OK(writer.index_counted(messages));
  for (bool more = true; more;) {
    TRY(more, writer.index_older(kPiece));
    if (more) tell(writer.index().remaining);
  }
  return messages;
}

Result<std::int64_t> count_messages(Connection& connection) { return connection.number("SELECT count(*) FROM ids"); }

Result<IndexState> index_state_of(const std::string& path) {
  TRY(auto connection, open_archive_reader(path));
  return read_index_state(connection);
}

Result<void> ArchiveWriter::index_counted(std::int64_t messages) {
  if (index_.whole() || index_.remaining >= 0) return {};
  CHECK_OK(connection_.run("UPDATE search_index SET remaining = " + std::to_string(messages)));
  index_.remaining = messages;
  return {};
}

Result<bool> ArchiveWriter::index_older(std::size_t most) {
  TRY(auto transaction, Transaction::begin(connection_, Transaction::Kind::write));
  TRY(const bool dropped, drop_some(connection_));
  if (!dropped && index_.whole()) return false;
  auto reached = index_;
  if (!dropped) {
    TRY(reached, index_piece(most));
  }
  CHECK_OK(transaction.commit());
  index_ = reached;
  return true;
}

/// A record that is damaged is left out: it is told of where it is read.
Result<IndexState> ArchiveWriter::index_piece(std::size_t most) {
  IndexState reached = index_;
  std::map<std::int64_t, std::string> documents;  // FTS5 wants them from the oldest to the newest
  std::size_t bytes = 0, seen = 0;
  {
    const Reading reading(older_messages_);
    older_messages_.bind(1, index_.whole_from).bind(2, static_cast<std::int64_t>(most));
    for (;;) {
      TRY(const bool more, bytes < kPieceBytes ? older_messages_.step() : Result<bool>(true));
      if (!more && seen < most) reached.whole_from = reached.remaining = 0;
      if (!more || bytes >= kPieceBytes) break;
      reached.whole_from = older_messages_.integer(0), ++seen;
      bytes += older_messages_.blob(2).size();
      const auto message = wire::decode_record(older_messages_.blob(2));
      if (!message || !is_chat(message->type) || message->recalled) continue;
      const auto conversation = MessageKey::conversation_of(older_messages_.integer(1));
      documents.emplace(reached.whole_from, index_document(conversation, message->sender, message->text));
    }
  }
  for (const auto& [row, document] : documents) CHECK_OK(add_text_.bind(1, row).bind_text(2, document).run());
  if (!reached.whole() && reached.remaining > 0)
    reached.remaining = std::max<std::int64_t>(1, reached.remaining - static_cast<std::int64_t>(seen));
  CHECK_OK(index_reached_.bind(1, reached.whole_from).bind(2, reached.remaining).run());
  return reached;
}

}  // namespace godwit::engine::sqlite
