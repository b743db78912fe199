#include <algorithm>
#include <map>

#include "engine/mysql/ledger_statements.hpp"
#include "engine/mysql/sql.hpp"

namespace godwit::mysql {

namespace {
void put_shards(Sql& sql, const std::vector<Shard>& shards) {
  sql.add("shard IN (");
  bool first = true;
  for (const auto shard : shards) sql.comma(first).number(shard);
  sql.add(")");
}

/// One attends at a time: who comes second sees what the first one took. The time is the database's, and never local:
/// clocks that change for the summer do not. Where it was set back, so is what was reckoned by it.
constexpr auto kTurn =
    "START TRANSACTION; "
    "SELECT clock INTO @before FROM ledger_store WHERE id = 1 FOR UPDATE; "
    "SET @now = TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6)) DIV 1000; "
    "UPDATE ledger_members SET lease_until = lease_until - (@before - @now) WHERE @before > @now; "
    "UPDATE ledger_store SET clock = @now WHERE id = 1; "
    "DELETE FROM ledger_members WHERE lease_until <= @now; ";

constexpr auto kRoll =
    "SELECT name FROM ledger_store WHERE id = 1; "
    "SELECT name, address FROM ledger_members ORDER BY name; "
    "SELECT shard, epoch, position, relayed, owner FROM ledger_shards ORDER BY shard; "
    "COMMIT";
constexpr std::size_t kRollStatements = 4;

void put_lease(Sql& sql, const dispatch::Attendance& attendance) {
  const auto& [name, address] = attendance.member;
  if (attendance.lease.count() <= 0) {
    sql.add("DELETE FROM ledger_members WHERE name = ").bytes(name).add("; ");
    return;
  }
  sql.add("INSERT INTO ledger_members (name, address, lease_until) VALUES (").bytes(name).add(", ").bytes(address);
  sql.add(", @now + ").signed_number(attendance.lease.count());
  sql.add(") ON DUPLICATE KEY UPDATE address = VALUES(address), lease_until = VALUES(lease_until); ");
}
}  // namespace

std::string attend_packet(const dispatch::Attendance& attendance) {
  const auto& name = attendance.member.name;
  Sql sql(kTurn);
  if (!attendance.release.empty()) {
    put_shards(sql.add("UPDATE ledger_shards FORCE INDEX (PRIMARY) SET owner = X'' WHERE "), attendance.release);
    sql.add(" AND owner = ").bytes(name).add("; ");
  }
  put_lease(sql, attendance);
  if (!attendance.take.empty() && attendance.lease.count() > 0) {
    sql.add("UPDATE ledger_shards FORCE INDEX (PRIMARY) SET epoch = epoch + 1, owner = ").bytes(name);
    put_shards(sql.add(" WHERE "), attendance.take);
    sql.add(" AND (owner IN (X'', ").bytes(name).add(") OR owner NOT IN (SELECT name FROM ledger_members)); ");
  }
  return sql.add(kRoll).text();
}

dispatch::Roll roll_of(std::span<Done> done) {
  const auto last = done.last(kRollStatements);
  dispatch::Roll roll;
  if (auto& store = last[0].rows; store.next()) roll.store = store.text(0);
  for (auto& members = last[1].rows; members.next();)
    roll.members.push_back({.name = std::string(members.text(0)), .address = std::string(members.text(1))});
  for (auto& shards = last[2].rows; shards.next();)
    roll.shards.push_back({.shard = static_cast<Shard>(shards.number(0)),
                           .epoch = shards.number(1),
                           .owner = std::string(shards.text(4)),
                           .position = shards.number(2),
                           .relayed = shards.number(3)});
  return roll;
}

std::string relayed_packet(const std::vector<std::pair<Shard, Position>>& positions) {
  std::map<Shard, Position> furthest;
  for (const auto& [shard, position] : positions) furthest[shard] = std::max(furthest[shard], position);
  std::vector<Shard> shards;
  Sql sql("UPDATE ledger_shards FORCE INDEX (PRIMARY) SET relayed = GREATEST(relayed, CASE shard");
  for (const auto& [shard, position] : furthest) {
    sql.add(" WHEN ").number(shard).add(" THEN ").number(position);
    shards.push_back(shard);
  }
  put_shards(sql.add(" END) WHERE "), shards);
  return sql.text();
}

std::string trimmable_packet(Millis before) {
  Sql sql(
      "SELECT shard FROM ledger_shards AS shards WHERE relayed > 0 AND (SELECT time FROM ledger_log FORCE INDEX "
      "(PRIMARY) WHERE ledger_log.shard = shards.shard AND ledger_log.position <= shards.relayed "
      "ORDER BY ledger_log.position LIMIT 1) < ");
  return sql.signed_number(before).add(" ORDER BY shard").text();
}

std::string oldest_packet(Shard shard, std::size_t limit) {
  Sql sql("SELECT position, time FROM ledger_log FORCE INDEX (PRIMARY) WHERE shard = ");
  sql.number(shard).add(" AND position <= (SELECT relayed FROM ledger_shards WHERE shard = ").number(shard);
  return sql.add(") ORDER BY position LIMIT ").number(limit).text();
}

std::string trim_log_packet(Shard shard, Position up_to) {
  Sql sql("DELETE FROM ledger_log WHERE shard = ");
  return sql.number(shard).add(" AND position <= ").number(up_to).text();
}

std::string trim_sent_packet(Millis before, std::size_t limit) {
  Sql sql("DELETE FROM ledger_sent WHERE time < ");
  return sql.signed_number(before).add(" ORDER BY time LIMIT ").number(limit).text();
}

}  // namespace godwit::mysql
