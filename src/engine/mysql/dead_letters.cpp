#include "engine/mysql/dead_letters.hpp"

#include "engine/mysql/migrations.hpp"
#include "engine/mysql/sql.hpp"

namespace godwit::mysql {

using dispatch::DeadLetter;
using dispatch::Topic;

namespace {

constexpr std::size_t kWaiting = 256;
constexpr std::string_view kCount =
    "SELECT COUNT(*), COALESCE(SUM(OCTET_LENGTH(record) + OCTET_LENGTH(reason)), 0) "
    "FROM dead_letters";

std::vector<std::string> steps() {
  return {
      "CREATE TABLE IF NOT EXISTS dead_letters (topic TINYINT UNSIGNED NOT NULL, place BIGINT UNSIGNED NOT NULL, "
      "time BIGINT NOT NULL, reason VARBINARY(1024) NOT NULL, record MEDIUMBLOB NOT NULL, "
      "PRIMARY KEY (topic, place)) ENGINE=InnoDB"};
}

std::string_view name_of(Topic topic) { return topic == Topic::store ? "store" : "offline"; }

Sql& add_place(Sql& sql, const DeadLetter::Place& place) {
  return sql.add("topic = ").number(static_cast<std::uint64_t>(place.topic)).add(" AND place = ").number(place.offset);
}

std::vector<DeadLetter> letters_of(Rows& rows) {
  std::vector<DeadLetter> letters;
  while (rows.next())
    letters.push_back({.place = {.topic = static_cast<Topic>(rows.number(0)), .offset = rows.number(1)},
                       .time = rows.signed_number(2),
                       .reason = std::string(rows.text(3)),
                       .record = std::string(rows.text(4))});
  return letters;
}

}  // namespace

Result<std::unique_ptr<DeadLetters>> DeadLetters::open(const Settings& settings, const Clock& clock, Log& log,
                                                       Metrics& metrics, Resend resend) {
  const auto wrong = [&](const Failure& failure) {
    return fail(Code::unavailable, settings.address + "/" + settings.database + ": " + failure.words);
  };
  auto connection = Connection::open(settings);
  if (!connection) return wrong(connection.error());
  if (const auto done = migrate(*connection, "dead_letters_version", steps()); !done) return wrong(done.error());
  std::unique_ptr<DeadLetters> letters(new DeadLetters(settings, clock, log, metrics, std::move(resend)));
  auto counted = connection->run(kCount);
  if (!counted) return wrong(counted.error());
  if (auto& rows = counted->front().rows; rows.next()) letters->size_ = rows.number(0);
  return letters;
}

DeadLetters::DeadLetters(const Settings& settings, const Clock& clock, Log& log, Metrics& metrics, Resend resend)
    : clock_(clock),
      log_(log),
      resend_(std::move(resend)),
      added_(metrics.counter("godwit_dead_letters_total", "Records that a consumer put aside.")),
      lost_(metrics.counter("godwit_dead_letters_lost_total",
                            "Records that a consumer could not put aside: the place was full.")),
      connections_("dead-letters", 1, kWaiting, settings, log) {
  metrics.gauge("godwit_dead_letters", "Records that were put aside and wait for an operator.",
                [this] { return static_cast<double>(size()); });
}

Task<Result<void>> DeadLetters::add(DeadLetter letter) {
  enum class Kept : std::uint8_t { added, there, full };
  letter.time = clock_.now();
  constexpr std::size_t kReason = 1024;
  const auto work = [&](Connection& connection) -> Answer<Kept> {
    TRY(auto counted, connection.run(kCount));
    auto& rows = counted.front().rows;
    (void)rows.next();
    size_ = rows.number(0);
    const auto bytes = rows.number(1) + letter.record.size() + letter.reason.size();
    Sql found("SELECT 1 FROM dead_letters WHERE ");
    TRY(auto same, connection.run(add_place(found, letter.place).text()));
    if (same.front().rows.size() > 0) return Kept::there;
    if (size_ >= kMost || bytes > kMostBytes) return Kept::full;
    Sql sql("INSERT IGNORE INTO dead_letters VALUES (");
    sql.number(static_cast<std::uint64_t>(letter.place.topic)).add(", ").number(letter.place.offset).add(", ");
    sql.signed_number(letter.time).add(", ").bytes(letter.reason.substr(0, kReason)).add(", ").bytes(letter.record);
    TRY(auto done, connection.run(sql.add(")").text()));
    size_ += done.front().affected;
    return done.front().affected == 0 ? Kept::there : Kept::added;
  };
  CO_TRY(const auto kept, co_await connections_.run(work));
  if (kept == Kept::there) co_return Result<void>();
  (kept == Kept::added ? added_ : lost_).add();
  log_.error(kept == Kept::added ? "dead_letter" : "dead_letters_full",
             {{"topic", name_of(letter.place.topic)}, {"offset", letter.place.offset}, {"reason", letter.reason}});
  co_return Result<void>();
}

Task<Result<std::vector<DeadLetter>>> DeadLetters::list(std::optional<Place> after, std::size_t limit) {
  Sql sql("SELECT topic, place, time, reason, record FROM dead_letters");
  if (after) {
    sql.add(" WHERE (topic = ").number(static_cast<std::uint64_t>(after->topic)).add(" AND place > ");
    sql.number(after->offset).add(") OR topic > ").number(static_cast<std::uint64_t>(after->topic));
  }
  sql.add(" ORDER BY topic, place LIMIT ").number(limit).add("; ").add(kCount);
  co_return co_await connections_.run(
      [this, packet = sql.text()](Connection& connection) -> Answer<std::vector<DeadLetter>> {
        TRY(auto done, connection.run(packet));
        if (auto& counted = done.at(1).rows; counted.next()) size_ = counted.number(0);
        return letters_of(done.front().rows);
      });
}

Task<Result<DeadLetter>> DeadLetters::find(Place place) {
  Sql sql("SELECT topic, place, time, reason, record FROM dead_letters WHERE ");
  add_place(sql, place);
  CO_TRY(auto found,
         co_await connections_.run([packet = sql.text()](Connection& connection) -> Answer<std::vector<DeadLetter>> {
           TRY(auto done, connection.run(packet));
           return letters_of(done.front().rows);
         }));
  if (found.empty()) co_return fail(Code::not_found, "there is no such dead letter");
  co_return std::move(found.front());
}

Task<Result<void>> DeadLetters::replay(Place place) {
  CO_TRY(const auto letter, co_await find(place));
  CO_CHECK(co_await resend_(letter));
  auto dropped = co_await drop(place);
  // It was sent, and somebody else has dropped it meanwhile: what was asked for is done.
  if (!dropped && dropped.error().code == Code::not_found) co_return Result<void>();
  co_return dropped;
}

Task<Result<void>> DeadLetters::drop(Place place) {
  Sql sql("DELETE FROM dead_letters WHERE ");
  add_place(sql, place);
  CO_TRY(const auto gone,
         co_await connections_.run([this, packet = sql.text()](Connection& connection) -> Answer<std::uint64_t> {
           TRY(auto done, connection.run(packet));
           size_ -= std::min<std::size_t>(size_, done.front().affected);
           return done.front().affected;
         }));
  if (gone == 0) co_return fail(Code::not_found, "there is no such dead letter");
  co_return Result<void>();
}

}  // namespace godwit::mysql
