#include "engine/sqlite/walk_rows.hpp"

#include "engine/sqlite/archive_database.hpp"
#include "engine/sqlite/seal.hpp"
#include "engine/sqlite/sealed_files.hpp"
#include "engine/sqlite/sqlite_handle.hpp"
#include "wire/record.hpp"

namespace godwit::engine::sqlite {
namespace {

/// Pages are held against the seal while they are read.
Result<Connection> open_sealed(const std::string& path) {
  watch_sealed_files();
  CHECK_OK(Seal::prepare(path));
  return Connection::open(path, Connection::Mode::read);
}

Cell cell_of(const Statement& row, int column) {
  switch (row.kind(column)) {
    case SQLITE_NULL: return std::monostate();
    case SQLITE_INTEGER: return row.integer(column);
    default: return std::string(row.blob(column));
  }
}

std::string key_order(const Table& table) {
  std::string order = " ORDER BY 1";
  for (std::size_t key = 2; key <= table.keys; ++key) order += ", " + std::to_string(key);
  return order;
}

}  // namespace

Result<void> walk_table(const std::string& path, const Table& table, const RowSink& sink) {
  TRY(auto connection, open_sealed(path));
  const auto sql = "SELECT " + std::string(table.columns) + " FROM " + std::string(table.name) + key_order(table);
  TRY(auto rows, connection.prepare(sql, false));
  for (;;) {
    TRY(const bool more, rows.step());
    if (!more) return {};
    TableRow row;
    for (int column = 0; column < rows.columns(); ++column) row.push_back(cell_of(rows, column));
    CHECK_OK(sink(std::move(row)));
  }
}

Result<void> walk_archive(const std::string& path, const MessageSink& sink) {
  TRY(auto connection, open_sealed(path));
  TRY(auto rows, connection.prepare("SELECT row, record FROM messages ORDER BY row", false));
  for (;;) {
    TRY(const bool more, rows.step());
    if (!more) return {};
    auto message = wire::decode_record(rows.blob(1));
    if (!message)
      return fail(Code::unavailable, path + ": the message in row " + std::to_string(rows.integer(0)) +
                                         " is damaged: " + message.error().detail);
    CHECK_OK(sink(std::make_shared<const Message>(std::move(*message))));
  }
}

}  // namespace godwit::engine::sqlite
