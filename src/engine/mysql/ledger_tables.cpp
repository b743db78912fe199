#include "engine/mysql/ledger_tables.hpp"

#include "domain/shard.hpp"
#include "engine/mysql/sql.hpp"

namespace godwit::mysql {

namespace {
std::string insert_shards() {
  Sql sql("INSERT IGNORE INTO ledger_shards VALUES ");
  bool first = true;
  for (Shard shard = 0; shard < kShards; ++shard) sql.comma(first).add("(").number(shard).add(", 0, X'', 0, 0)");
  return sql.text();
}
}  // namespace

std::vector<std::string> ledger_steps(const std::string& name) {
  return {
      "CREATE TABLE IF NOT EXISTS ledger_store (id TINYINT UNSIGNED NOT NULL PRIMARY KEY, name VARBINARY(64) NOT NULL, "
      "clock BIGINT NOT NULL) ENGINE=InnoDB",
      Sql("INSERT IGNORE INTO ledger_store VALUES (1, ").bytes(name).add(", 0)").text(),
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

}  // namespace godwit::mysql
