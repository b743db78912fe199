#include "engine/mysql/ledger_statements.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "engine/mysql/sql.hpp"
#include "wire/record.hpp"

namespace godwit::mysql {

// Primary keys are forced: where statistics are of a table that was empty a moment ago, a scan looks cheaper to the
// server, and an UPDATE that scans locks what others are about to write.

namespace {
// What kind a row of a look-up is.
constexpr unsigned kSent = 0, kHead = 1, kShard = 2;

template <class List, class Put>
void put_list(Sql& sql, const List& list, Put put) {
  bool first = true;
  for (const auto& one : list) put(sql.comma(first), one);
}

void put_fences(Sql& sql, const dispatch::Batch& batch) {
  std::map<Shard, Position> last;
  for (const auto& fence : batch.fences) last[fence.shard] = fence.position;
  for (const auto& row : batch.log) last[row.shard] = row.position;
  sql.add("UPDATE ledger_shards FORCE INDEX (PRIMARY) SET position = CASE shard");
  for (const auto& [shard, position] : last) sql.add(" WHEN ").number(shard).add(" THEN ").number(position);
  sql.add(" END WHERE ");
  bool first = true;
  for (const auto& [shard, epoch, position] : batch.fences) {
    if (!std::exchange(first, false)) sql.add(" OR ");
    sql.add("(shard = ").number(shard).add(" AND epoch = ").number(epoch);
    sql.add(" AND position = ").number(position).add(")");
  }
  // Ends the packet with an error where one of them did not hold. Not DO, which makes a warning of it.
  sql.add("; SELECT IF(ROW_COUNT() = ").number(batch.fences.size()).add(", 1, (SELECT 1 UNION ALL SELECT 2)); ");
}

void put_log(Sql& sql, const std::vector<dispatch::LogRow>& log) {
  sql.add("INSERT INTO ledger_log (shard, position, conversation, seq, time, record) VALUES ");
  put_list(sql, log, [](Sql& to, const dispatch::LogRow& row) {
    const auto& message = *row.message;
    to.add("(").number(row.shard).add(", ").number(row.position).add(", ").bytes(message.conversation.name());
    to.add(", ").number(message.seq).add(", ").signed_number(message.time).add(", ");
    to.bytes(wire::encode_record(message)).add(")");
  });
  sql.add("; ");
}

void put_heads(Sql& sql, const std::vector<std::pair<Conversation, dispatch::Head>>& heads) {
  sql.add("INSERT INTO ledger_heads (conversation, seq, time) VALUES ");
  put_list(sql, heads, [](Sql& to, const auto& head) {
    to.add("(").bytes(head.first.name()).add(", ").number(head.second.seq);
    to.add(", ").signed_number(head.second.time).add(")");
  });
  sql.add(" ON DUPLICATE KEY UPDATE seq = VALUES(seq), time = VALUES(time); ");
}

void put_sent(Sql& sql, const std::vector<dispatch::Sent>& sent) {
  sql.add("INSERT INTO ledger_sent (once, fingerprint, id, seq, time) VALUES ");
  put_list(sql, sent, [](Sql& to, const dispatch::Sent& one) {
    to.add("(").bytes(one.once).add(", ").bytes(one.fingerprint).add(", ").bytes(one.id.str());
    to.add(", ").number(one.seq).add(", ").signed_number(one.time).add(")");
  });
  sql.add("; ");
}

void put_stays(Sql& sql, const std::vector<dispatch::Stay>& stays) {
  sql.add("INSERT INTO ledger_stays (conversation, user, place, time) VALUES ");
  put_list(sql, stays, [](Sql& to, const dispatch::Stay& stay) {
    to.add("(").bytes(stay.conversation.name()).add(", ").bytes(stay.user.str()).add(", ");
    to.number(stay.event.place).add(", ").signed_number(stay.event.time).add(")");
  });
  sql.add(" ON DUPLICATE KEY UPDATE place = VALUES(place); ");
}

}  // namespace

std::string commit_packet(const dispatch::Batch& batch) {
  Sql sql("START TRANSACTION; ");
  if (!batch.fences.empty()) put_fences(sql, batch);
  if (!batch.log.empty()) put_log(sql, batch.log);
  if (!batch.heads.empty()) put_heads(sql, batch.heads);
  if (!batch.sent.empty()) put_sent(sql, batch.sent);
  if (!batch.stays.empty()) put_stays(sql, batch.stays);
  return sql.add("COMMIT").text();
}

std::string look_up_packet(const dispatch::LookUp& what) {
  Sql sql;
  const auto next = [&sql] {
    if (!sql.text().empty()) sql.add(" UNION ALL ");
  };
  if (!what.sent.empty()) {
    next();
    sql.add("SELECT ").number(kSent).add(", once, fingerprint, id, time, seq, 0, 0, 0 FROM ledger_sent ");
    sql.add("FORCE INDEX (PRIMARY) WHERE once IN (");
    put_list(sql, what.sent, [](Sql& to, const std::string& once) { to.bytes(once); });
    sql.add(")");
  }
  if (!what.heads.empty()) {
    next();
    sql.add("SELECT ").number(kHead).add(", conversation, X'', X'', time, seq, 0, 0, 0 FROM ledger_heads ");
    sql.add("FORCE INDEX (PRIMARY) WHERE conversation IN (");
    put_list(sql, what.heads, [](Sql& to, const Conversation& one) { to.bytes(one.name()); });
    sql.add(")");
  }
  if (what.shards) {
    next();
    sql.add("SELECT ").number(kShard).add(", owner, X'', X'', 0, shard, epoch, position, relayed FROM ledger_shards");
  }
  return sql.text();
}

dispatch::Known known_of(Rows& rows) {
  dispatch::Known known;
  while (rows.next()) {
    switch (rows.number(0)) {
      case kSent:
        known.sent.push_back({.once = std::string(rows.text(1)),
                              .fingerprint = std::string(rows.text(2)),
                              .id = MessageId(rows.text(3)),
                              .seq = rows.number(5),
                              .time = rows.signed_number(4)});
        break;
      case kHead:
        if (auto conversation = Conversation::parse(rows.text(1)))
          known.heads.emplace_back(std::move(*conversation),
                                   dispatch::Head{.seq = rows.number(5), .time = rows.signed_number(4)});
        break;
      default:
        known.shards.push_back({.shard = static_cast<Shard>(rows.number(5)),
                                .epoch = rows.number(6),
                                .owner = std::string(rows.text(1)),
                                .position = rows.number(7),
                                .relayed = rows.number(8)});
    }
  }
  std::ranges::sort(known.shards, {}, &dispatch::ShardState::shard);
  return known;
}

std::string rows_packet(Shard shard, Position after, std::size_t limit) {
  Sql sql("SELECT position, record FROM ledger_log FORCE INDEX (PRIMARY) WHERE shard = ");
  sql.number(shard).add(" AND position > ").number(after).add(" ORDER BY position LIMIT ").number(limit);
  return sql.text();
}

std::string tail_packet(const dispatch::Stretch& stretch) {
  Sql sql("SELECT seq, record FROM ledger_log FORCE INDEX (number) WHERE conversation = ");
  sql.bytes(stretch.conversation.name()).add(" AND seq > ").number(stretch.after);
  if (stretch.before > 0) sql.add(" AND seq < ").number(stretch.before);
  sql.add(stretch.newest ? " ORDER BY seq DESC LIMIT " : " ORDER BY seq LIMIT ").number(stretch.limit);
  return sql.text();
}

std::string stays_packet(const dispatch::StaysOf& whose) {
  Sql sql;
  if (whose.user)
    sql.add("SELECT conversation, user, place, time FROM ledger_stays FORCE INDEX (by_user) WHERE user = ")
        .bytes(whose.user->str());
  if (!whose.conversations.empty()) {
    if (whose.user) sql.add(" UNION ");
    sql.add("SELECT conversation, user, place, time FROM ledger_stays FORCE INDEX (PRIMARY) WHERE conversation IN (");
    put_list(sql, whose.conversations, [](Sql& to, const Conversation& one) { to.bytes(one.name()); });
    sql.add(")");
  }
  return sql.text();
}

std::vector<dispatch::Stay> stays_of(Rows& rows) {
  std::vector<dispatch::Stay> stays;
  while (rows.next())
    if (auto conversation = Conversation::parse(rows.text(0)))
      stays.push_back({.conversation = std::move(*conversation),
                       .user = UserKey(rows.text(1)),
                       .event = {.place = rows.number(2), .time = rows.signed_number(3)}});
  return stays;
}

}  // namespace godwit::mysql
