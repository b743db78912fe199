#include "app/maintenance/moved_kinds.hpp"

#include "engine/mysql/moved_tables.hpp"
#include "engine/soci/moved_tables.hpp"
#include "engine/sqlite/walk_rows.hpp"

namespace godwit::app {
namespace {

using Positions = rocks::StoreReader::Position;

Result<Shard> shard_of_first(const TableRow& row) { return shard_of_name(std::get<std::string>(row.front())); }

MovedKind table_of_accounts(MigrationSource& source, const Table& table) {
  return {.name = std::string(table.name), .table = table, .walk = [&source, table](const RowSink& sink) {
            return engine::sqlite::walk_table(source.paths().accounts(), table, sink);
          }};
}

MovedKind heads(MigrationSource& source) {
  return {.name = "ledger_heads",
          .table = mysql::kMovedHeads,
          .walk =
              [&source](const RowSink& sink) {
                return source.messages().heads([&](const Conversation& conversation, dispatch::Head head) {
                  return sink(mysql::row_of(conversation, head));
                });
              },
          .shard = shard_of_first};
}

MovedKind stays(MigrationSource& source) {
  return {.name = "ledger_stays",
          .table = mysql::kMovedStays,
          .walk =
              [&source](const RowSink& sink) {
                return source.messages().stays([&](const dispatch::Stay& stay) { return sink(mysql::row_of(stay)); });
              },
          .shard = shard_of_first};
}

/// A send is known where its conversation is. Of what the archive has not (an operator dropped it) nobody can say where
/// that was.
MovedKind sent(MigrationSource& source, Millis from, std::size_t parts) {
  return {.name = "ledger_sent",
          .table = mysql::kMovedSent,
          .walk =
              [&source, from](const RowSink& sink) {
                return source.messages().sent([&](const dispatch::Sent& sent) -> Result<void> {
                  return sent.time < from ? Result<void>() : sink(mysql::row_of(sent));
                });
              },
          .shard = [&source, parts](const TableRow& row) -> Result<Shard> {
            if (parts == 1) return 0;
            TRY(const auto conversation, source.conversation_of(MessageId(std::get<std::string>(row.at(2)))));
            return conversation ? shard_of(*conversation) : 0;
          }};
}

/// What the inbox has, and keeps for as long as the engines' inbox does.
MovedKind messages(MigrationSource& source, Millis from) {
  return {.name = "ledger_log",
          .table = mysql::kMovedMessages,
          .walk =
              [&source, from](const RowSink& sink) {
                return source.messages().entries([&](const MessagePtr& message) -> Result<void> {
                  return message->time < from ? Result<void>() : sink(mysql::row_of(*message));
                });
              },
          .shard = shard_of_first,
          .log = true};
}

MovedKind devices(MigrationSource& source) {
  return {.name = "inbox_devices", .table = mysql::kMovedDevices, .walk = [&source](const RowSink& sink) {
            return source.messages().devices([&](const UserKey& user, const DeviceId& device, Millis adopted) {
              return sink(mysql::row_of(user, device, adopted));
            });
          }};
}

/// Read positions, then cursors: one table, two kinds of row.
MovedKind positions(MigrationSource& source) {
  return {.name = "inbox_positions",
          .table = mysql::kMovedPositions,
          .walk = [&source](const RowSink& sink) -> Result<void> {
            CHECK_OK(source.messages().read_positions(
                [&](const Positions& position) { return sink(mysql::row_of_read(position)); }));
            return source.messages().cursors(
                [&](const Positions& position) { return sink(mysql::row_of_cursor(position)); });
          }};
}

}  // namespace

std::vector<MovedKind> moved_kinds(MigrationSource& source, const mysql::Transfer::Move& move, std::size_t parts) {
  std::vector<MovedKind> kinds;
  for (const auto& table : engine::soci::moved_tables()) kinds.push_back(table_of_accounts(source, table));
  kinds.push_back(heads(source));
  kinds.push_back(stays(source));
  kinds.push_back(sent(source, move.sent_from, parts));
  kinds.push_back(messages(source, move.log_from));
  kinds.push_back(devices(source));
  kinds.push_back(positions(source));
  return kinds;
}

}  // namespace godwit::app
