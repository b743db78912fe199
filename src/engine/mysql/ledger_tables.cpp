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
      "CREATE TABLE IF NOT EXISTS ledger_stays (conversation VARBINARY(255) NOT NULL, user VARBINARY(255) NOT NULL, "
      "place BIGINT UNSIGNED NOT NULL, time BIGINT NOT NULL, PRIMARY KEY (conversation, user, place), "
      "KEY by_user (user)) ENGINE=InnoDB",
  };
}
}  // namespace

Answer<std::string> prepare_ledger(Connection& connection, const std::string& name, const Shards& shards) {
  const auto bytes = bytes_of(shards);
  CHECK_OK(migrate(connection, "ledger_version", steps(name, bytes)));
  TRY(auto found, connection.run("SELECT shards, name FROM ledger_store WHERE id = 1"));
  auto& rows = found.front().rows;
  if (!rows.next() || rows.text(0) != bytes)
    return std::unexpected(Failure{.words = "the database was made for other shards of the ledger"});
  return std::string(rows.text(1));
}

Answer<void> check_narrows(Connection& connection, const Shards& shards) {
  TRY(auto found, connection.run("SELECT shards, (SELECT COUNT(*) FROM ledger_members WHERE lease_until > "
                                 "TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6)) DIV 1000) "
                                 "FROM ledger_store WHERE id = 1"));
  auto& rows = found.front().rows;
  if (!rows.next()) return std::unexpected(Failure{.words = "there is no ledger in it"});
  if (rows.number(1) > 0)
    return std::unexpected(Failure{.words = "dispatchers run on it: end them, and wait until their leases are over"});
  const auto wanted = bytes_of(shards), there = std::string(rows.text(0));
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (i >= there.size() || (wanted[i] & ~there[i]) != 0)
      return std::unexpected(Failure{.words = "it is no copy of a database that had all of its shards"});
  }
  return {};
}

Answer<void> narrow_ledger(Connection& connection, const std::string& name, const Shards& shards) {
  CHECK_OK(check_narrows(connection, shards));
  Sql sql("UPDATE ledger_store SET name = ");
  sql.bytes(name).add(", shards = ").bytes(bytes_of(shards)).add(" WHERE id = 1");
  CHECK_OK(connection.run(sql.text()));
  return forget_agreement(connection);
}

Answer<void> forget_agreement(Connection& connection) {
  CHECK_OK(connection.run("DROP TABLE IF EXISTS ledger_whole"));
  return {};
}

Answer<void> agree_on_ledger(Connection& connection, const std::vector<std::string>& stores) {
  std::string whole;
  for (const auto& store : stores) whole += (whole.empty() ? "" : "+") + store;
  Sql sql(
      "CREATE TABLE IF NOT EXISTS ledger_whole (id TINYINT UNSIGNED NOT NULL PRIMARY KEY, stores VARBINARY(16640) NOT "
      "NULL) ENGINE=InnoDB; INSERT IGNORE INTO ledger_whole VALUES (1, ");
  sql.bytes(whole).add("); SELECT stores FROM ledger_whole WHERE id = 1");
  TRY(auto done, connection.run(sql.text()));
  auto& rows = done.back().rows;
  if (!rows.next() || rows.text(0) != whole) {
    return std::unexpected(
        Failure{.words = "the ledger that belongs to this database stands in other databases than mysql.ledger says "
                         "(docs/deploy-many.md, \"Several databases\")"});
  }
  return {};
}

}  // namespace godwit::mysql
