#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/table_row.hpp"
#include "domain/shard.hpp"
#include "engine/mysql/connection.hpp"

namespace godwit::mysql {

/// Rows that come from elsewhere, on their way into the tables of one database: each batch in one transaction with a
/// note of how far its kind has come, so that whoever is killed goes on where they were. Errors are `unavailable`, with
/// words for whoever runs it. Blocks; one thread.
class Transfer {
 public:
  /// Connects, and makes the two tables of notes (docs/formats.md). One at a time works on a `part` of a database: what
  /// a killed one's last packet still does there is waited for, up to half a minute.
  [[nodiscard]] static Result<Transfer> open(Settings settings, std::string_view part);

  /// What is moved here: one source for a database, once and for all.
  struct Move {
    std::string source;    ///< names where it comes from
    Millis log_from = 0;   ///< rows of the log from then on
    Millis sent_from = 0;  ///< sends from then on
    bool finished = false;
  };
  [[nodiscard]] Result<std::optional<Move>> move();
  [[nodiscard]] Result<void> begin(const Move& move);
  [[nodiscard]] Result<void> finish();

  struct Progress {
    std::uint64_t rows = 0;  ///< of the source, in its order: they are here, or are not to be
    bool whole = false;      ///< that was all of them
  };
  [[nodiscard]] Result<Progress> progress(std::string_view kind);
  /// `rows` may be empty.
  [[nodiscard]] Result<void> put(const Table& table, std::span<const TableRow> rows, std::string_view kind,
                                 Progress now);

  /// Every row, in no order, each cell as bytes.
  [[nodiscard]] Result<void> walk(const Table& table, const RowSink& sink);
  [[nodiscard]] Result<bool> empty(std::string_view table);

  /// Of the ledger's log: the last position of each shard that has rows.
  [[nodiscard]] Result<std::map<Shard, Position>> last_positions();
  /// Shards are where their rows end, and all of it is relayed. `unavailable` where positions have a hole.
  [[nodiscard]] Result<void> set_positions();
  /// Whether somebody numbers, or did once.
  [[nodiscard]] Result<bool> numbered();
  /// Names the life of the inbox, where it has no name yet; the name that it has.
  [[nodiscard]] Result<std::string> name_life(std::string_view epoch);
  /// The server's name for the connection.
  [[nodiscard]] std::uint64_t connection_id() const { return connection_.id(); }

 private:
  Transfer(Settings settings, std::string_view part, Connection connection)
      : settings_(std::move(settings)), part_(part), connection_(std::move(connection)) {}
  [[nodiscard]] Result<void> be_the_only_one();
  /// Connected again where the server has closed an idle connection.
  [[nodiscard]] Result<std::vector<Done>> run(std::string_view statements);
  [[nodiscard]] Result<void> awake();
  [[nodiscard]] std::unexpected<Error> wrong(const Failure& failure) const;

  Settings settings_;
  std::string part_;
  Connection connection_;
};

/// `unavailable`, with words for whoever starts a process, where something is being moved into the database and is not
/// all there yet. Blocks.
[[nodiscard]] Result<void> refuse_unfinished_move(const Settings& settings);

}  // namespace godwit::mysql
