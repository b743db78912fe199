#include "engine/mysql/ledger_tables.hpp"

#include "engine/mysql/migrations.hpp"
#include "engine/mysql/sql.hpp"

namespace godwit::mysql {

namespace {
std::string insert_shards() {
  Sql sql("INSERT IGNORE INTO ledger_shards VALUES ");
  bool first = true;
  for (Shard shard = 0; shard < kShards; ++shard) sql.comma(first).add("(").number(shard).add(", 0, X'', 0, 0)");
  return sql.text();
}

/// A bit a shard, the lowest first.
std::string bytes_of(const Shards& shards) {
  std::string bytes(kShards / 8, '\0');
  for (Shard shard = 0; shard < kShards; ++shard)
    if (shards[shard])
      bytes[shard / 8] = static_cast<char>(static_cast<unsigned char>(bytes[shard / 8]) | 1U << shard % 8);
  return bytes;
}

std::vector<std::string> steps(const std::string& name, const std::string& shards) {
  return {
      "CREATE TABLE IF NOT EXISTS ledger_store (id TINYINT UNSIGNED NOT NULL PRIMARY KEY, name VARBINARY(64) NOT NULL, "
      "clock BIGINT NOT NULL, shards VARBINARY(32) NOT NULL) ENGINE=InnoDB",
      Sql("INSERT IGNORE INTO ledger_store VALUES (1, ").bytes(name).add(", 0, ").bytes(shards).add(")").text(),
      "CREATE TABLE IF NOT EXISTS ledger_members (name VARBINARY(255) NOT NULL PRIMARY KEY, "
      "address VARBINARY(255) NOT NULL, lease_until BIGINT NOT NULL) ENGINE=InnoDB",
      "CREATE TABLE IF NOT EXISTS ledger_shards (shard SMALLINT UNSIGNED NOT NULL PRIMARY KEY, "
      "epoch BIGINT UNSIGNED NOT NULL, owner VARBINARY(255) NOT NULL, position BIGINT UNSIGNED NOT NULL, "
      "relayed BIGINT UNSIGNED NOT NULL) ENGINE=InnoDB",
      insert_shards(),
      "CREATE TABLE IF NOT EXISTS ledger_log (shard SMALLINT UNSIGNED NOT NULL, position BIGINT UNSIGNED NOT NULL, "
      "conversation VARBINARY(255) NOT NULL, seq BIGINT UNSIGNED NOT NULL, time BIGINT NOT NULL, "
      "record MEDIUMBLOB NOT NULL, PRIMARY KEY (shard, position), UNIQUE KEY number (conversation, seq)) "
      "ENGINE=InnoDB",
      "CREATE TABLE IF NOT EXISTS ledger_heads (conversation VARBINARY(255) NOT NULL PRIMARY KEY, "
      "seq BIGINT UNSIGNED NOT NULL, time BIGINT NOT NULL) ENGINE=InnoDB",
      "CREATE TABLE IF NOT EXISTS ledger_sent (once VARBINARY(512) NOT NULL PRIMARY KEY, "
      "fingerprint VARBINARY(512) NOT NULL, id VARBINARY(64) NOT NULL, seq BIGINT UNSIGNED NOT NULL, "
      "time BIGINT NOT NULL, KEY by_time (time)) ENGINE=InnoDB",
  };
}
}  // namespace

Answer<void> prepare_ledger(Connection& connection, const std::string& name, const Shards& shards) {
  const auto bytes = bytes_of(shards);
  CHECK_OK(migrate(connection, "ledger_version", steps(name, bytes)));
  TRY(auto found, connection.run("SELECT shards FROM ledger_store WHERE id = 1"));
  auto& rows = found.front().rows;
  if (!rows.next() || rows.text(0) != bytes)
    return std::unexpected(Failure{.words = "the database was made for other shards of the ledger"});
  return {};
}

}  // namespace godwit::mysql
