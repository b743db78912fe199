#include "engine/mysql/positions.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <span>
#include <tuple>
#include <utility>

#include "engine/mysql/migrations.hpp"
#include "engine/mysql/sql.hpp"

namespace godwit::mysql {

using offline::UserPositions;

namespace {

constexpr std::size_t kWaiting = 1024;
constexpr std::size_t kRows = 256;  // of one statement
constexpr auto kRead = static_cast<unsigned>(Positions::Kind::read);
constexpr auto kForgotten = static_cast<unsigned>(Positions::Kind::forgotten);
constexpr auto kCursor = static_cast<unsigned>(Positions::Kind::cursor);

std::vector<std::string> steps() {
  return {
      "CREATE TABLE IF NOT EXISTS inbox_devices (user VARBINARY(255) NOT NULL, device VARBINARY(255) NOT NULL, "
      "adopted BIGINT NOT NULL, PRIMARY KEY (user, device)) ENGINE=InnoDB",
      "CREATE TABLE IF NOT EXISTS inbox_positions (user VARBINARY(255) NOT NULL, kind TINYINT UNSIGNED NOT NULL, "
      "device VARBINARY(255) NOT NULL, conversation VARBINARY(255) NOT NULL, seq BIGINT UNSIGNED NOT NULL, "
      "PRIMARY KEY (user, kind, device, conversation)) ENGINE=InnoDB",
      "CREATE TABLE IF NOT EXISTS inbox_life (id TINYINT UNSIGNED NOT NULL PRIMARY KEY, "
      "epoch VARBINARY(255) NOT NULL) ENGINE=InnoDB"};
}

using Device = std::pair<UserKey, DeviceId>;

Sql& add_device(Sql& sql, const Device& one) {
  return sql.add("(user = ").bytes(one.first.str()).add(" AND device = ").bytes(one.second.str()).add(")");
}

/// Forgets the least recently adopted devices above the bound; how far they got stays.
Answer<void> forget(Connection& connection, const UserKey& user) {
  Sql oldest("SELECT device FROM inbox_devices WHERE user = ");
  oldest.bytes(user.str())
      .add(" ORDER BY adopted DESC, device DESC LIMIT 1000 OFFSET ")
      .number(Positions::kMostDevices);
  TRY(auto found, connection.run(oldest.text()));
  for (auto& rows = found.front().rows; rows.next();) {
    const Device gone{user, DeviceId(rows.text(0))};
    Sql sql("INSERT INTO inbox_positions SELECT user, ");
    sql.number(kForgotten).add(", X'', conversation, seq FROM inbox_positions AS theirs WHERE kind = ");
    add_device(sql.number(kCursor).add(" AND "), gone);
    sql.add(" ON DUPLICATE KEY UPDATE inbox_positions.seq = GREATEST(inbox_positions.seq, VALUES(seq)); ");
    add_device(sql.add("DELETE FROM inbox_positions WHERE kind = ").number(kCursor).add(" AND "), gone);
    add_device(sql.add("; DELETE FROM inbox_devices WHERE "), gone);
    TRY(auto done, connection.run(sql.text()));
  }
  return {};
}

/// A transaction. Of two that adopt one device the second finds it there, and changes nothing but its time.
Answer<void> adopt(Connection& connection, const Device& device, Millis now) {
  Sql insert("START TRANSACTION; INSERT INTO inbox_devices VALUES (");
  insert.bytes(device.first.str()).add(", ").bytes(device.second.str()).add(", ").signed_number(now);
  insert.add(") ON DUPLICATE KEY UPDATE adopted = GREATEST(adopted + 1, VALUES(adopted))");
  TRY(auto done, connection.run(insert.text()));
  if (done.at(1).affected != 1) {  // 2: it was there
    TRY(auto kept, connection.run("COMMIT"));
    return {};
  }
  Sql copy("INSERT INTO inbox_positions SELECT user, ");
  copy.number(kCursor)
      .add(", ")
      .bytes(device.second.str())
      .add(", conversation, MAX(seq) FROM inbox_positions AS theirs ");
  copy.add("WHERE user = ").bytes(device.first.str()).add(" AND kind IN (").number(kForgotten).add(", ");
  copy.number(kCursor).add(") GROUP BY user, conversation ");
  copy.add("ON DUPLICATE KEY UPDATE inbox_positions.seq = GREATEST(inbox_positions.seq, VALUES(seq))");
  TRY(auto copied, connection.run(copy.text()));
  CHECK_OK(forget(connection, device.first));
  TRY(auto kept, connection.run("COMMIT"));
  return {};
}

/// Devices that are not known are, from then on.
Answer<void> know(Connection& connection, std::span<const Positions::Move> moves, Millis now) {
  std::set<Device> devices;
  for (const auto& move : moves)
    if (!move.device.empty()) devices.emplace(move.user, move.device);
  if (devices.empty()) return {};
  Sql sql("INSERT IGNORE INTO inbox_devices VALUES ");
  bool first = true;
  for (const auto& [user, device] : devices)
    sql.comma(first).add("(").bytes(user.str()).add(", ").bytes(device.str()).add(", ").signed_number(now).add(")");
  TRY(auto done, connection.run(sql.text()));
  if (done.front().affected == 0) return {};
  std::set<UserKey> users;
  for (const auto& [user, device] : devices) users.insert(user);
  for (const auto& user : users) CHECK_OK(forget(connection, user));
  return {};
}

Answer<void> move_some(Connection& connection, std::span<const Positions::Move> moves, Millis now) {
  CHECK_OK(know(connection, moves, now));
  Sql sql("INSERT INTO inbox_positions VALUES ");
  bool first = true;
  for (const auto& [user, device, conversation, seq] : moves) {
    sql.comma(first).add("(").bytes(user.str()).add(", ").number(device.empty() ? kRead : kCursor).add(", ");
    sql.bytes(device.str()).add(", ").bytes(conversation.name()).add(", ").number(seq).add(")");
  }
  sql.add(" ON DUPLICATE KEY UPDATE seq = GREATEST(seq, VALUES(seq))");
  TRY(auto done, connection.run(sql.text()));
  return {};
}

UserPositions positions_of(Rows& positions, Rows& devices) {
  UserPositions loaded;
  std::map<DeviceId, UserPositions::Of> cursors;
  std::map<Conversation, Seq> furthest;
  while (positions.next()) {
    const auto conversation = Conversation::parse(positions.text(2));
    if (!conversation) continue;
    const auto seq = positions.number(3);
    if (positions.number(0) == kRead) {
      loaded.read.emplace_back(*conversation, seq);
      continue;
    }
    auto& most = furthest[*conversation];
    most = std::max(most, seq);
    if (positions.number(0) == kCursor) cursors[DeviceId(positions.text(1))].emplace_back(*conversation, seq);
  }
  loaded.furthest.assign(furthest.begin(), furthest.end());
  while (devices.next()) {
    DeviceId id(devices.text(0));
    auto own = std::move(cursors[id]);
    loaded.devices.push_back({.id = std::move(id), .cursors = std::move(own)});
  }
  return loaded;
}

}  // namespace

Result<std::unique_ptr<Positions>> Positions::open(const Settings& settings, const Clock& clock, Log& log,
                                                   Metrics& metrics) {
  const auto wrong = [&](const Failure& failure) {
    return fail(Code::unavailable, settings.address + "/" + settings.database + ": " + failure.words);
  };
  auto connection = Connection::open(settings);
  if (!connection) return wrong(connection.error());
  if (const auto done = migrate(*connection, "inbox_version", steps()); !done) return wrong(done.error());
  return std::unique_ptr<Positions>(new Positions(settings, clock, log, metrics));
}

Positions::Positions(const Settings& settings, const Clock& clock, Log& log, Metrics& metrics)
    : clock_(clock), connections_("positions", settings.connections, kWaiting, settings, log) {
  metrics.queue({.name = "positions",
                 .metric = "godwit_positions_calls_waiting",
                 .help = "Calls of the kept positions that wait for a thread.",
                 .labels = {},
                 .bound = kWaiting,
                 .depth = [this] { return connections_.waiting(); }});
}

Task<Result<UserPositions>> Positions::load(const UserKey& user) {
  // Devices last: one that is adopted in between is known without its place, which repeats. The other way round it
  // would be taken for a stranger.
  Sql sql("SELECT kind, device, conversation, seq FROM inbox_positions WHERE user = ");
  sql.bytes(user.str()).add(" ORDER BY conversation; SELECT device FROM inbox_devices WHERE user = ");
  sql.bytes(user.str()).add(" ORDER BY adopted, device");
  co_return co_await connections_.run([packet = sql.text()](Connection& connection) -> Answer<UserPositions> {
    TRY(auto done, connection.run(packet));
    return positions_of(done.at(0).rows, done.at(1).rows);
  });
}

Task<Result<bool>> Positions::knows_device(const UserKey& user, const DeviceId& device) {
  Sql sql("SELECT 1 FROM inbox_devices WHERE ");
  add_device(sql, {user, device});
  co_return co_await connections_.run([packet = sql.text()](Connection& connection) -> Answer<bool> {
    TRY(auto done, connection.run(packet));
    return done.front().rows.size() > 0;
  });
}

Task<Result<void>> Positions::move(std::vector<Move> moves) {
  // In one order, so that two writers seldom wait for each other crosswise.
  std::ranges::sort(moves, {}, [](const Move& one) { return std::tie(one.user, one.device, one.conversation); });
  for (std::size_t begin = 0; begin < moves.size(); begin += kRows) {
    const auto some = std::span(moves).subspan(begin, std::min(kRows, moves.size() - begin));
    CO_CHECK(co_await connections_.run([some, now = clock_.now()](Connection& connection) -> Answer<bool> {
      CHECK_OK(move_some(connection, some, now));
      return true;
    }));
  }
  co_return Result<void>();
}

Task<Result<void>> Positions::adopt_device(const UserKey& user, const DeviceId& device) {
  CO_CHECK(co_await connections_.run(
      [one = Device{user, device}, now = clock_.now()](Connection& connection) -> Answer<bool> {
        CHECK_OK(adopt(connection, one, now));
        return true;
      }));
  co_return Result<void>();
}

Task<Result<std::string>> Positions::epoch(std::string proposed) {
  Sql sql("INSERT IGNORE INTO inbox_life VALUES (1, ");
  sql.bytes(proposed).add("); SELECT epoch FROM inbox_life");
  co_return co_await connections_.run([packet = sql.text()](Connection& connection) -> Answer<std::string> {
    TRY(auto done, connection.run(packet));
    auto& rows = done.at(1).rows;
    if (!rows.next()) return std::unexpected(Failure{.words = "inbox_life is empty"});
    return std::string(rows.text(0));
  });
}

}  // namespace godwit::mysql
