#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "app/doctor/doctor.hpp"
#include "app/server/distributed_engines.hpp"
#include "engine/elasticsearch/answers.hpp"
#include "engine/elasticsearch/cluster.hpp"
#include "engine/elasticsearch/prepare_index.hpp"
#include "engine/mysql/connection.hpp"
#include "engine/redis/check.hpp"
#include "engine/rocketmq/provision.hpp"
#include "net/client/blocking_socket.hpp"

// What `serve` looks at before it starts, by the same code; and the engines' clocks and versions. Makes nothing.
namespace godwit::app {
namespace {

using Clocks = std::vector<ClockReading>;

constexpr std::chrono::seconds kPatience{5};
constexpr std::string_view kInit = "`godwit admin engines init` with these settings makes what is missing.";
constexpr std::string_view kReach = "Start it, or correct the address; no process starts without it.";
constexpr std::string_view kCorrect = "Set it so on the server (docs/deploy-many.md); no process starts without that.";

Finding note(std::string where, std::string what) {
  return {.severity = Severity::note, .where = std::move(where), .what = std::move(what), .todo = {}};
}
Finding error(std::string where, std::string what, std::string_view todo) {
  return {.severity = Severity::error, .where = std::move(where), .what = std::move(what), .todo = std::string(todo)};
}

/// When the other side read its clock: in the middle of the call, as well as anybody knows.
class Stopwatch {
 public:
  [[nodiscard]] Millis ahead(Millis theirs) const { return theirs - (began_ + SystemClock().now()) / 2; }

 private:
  const Millis began_ = SystemClock().now();
};

Findings examine_redis(const Config& config, Log& log, Clocks& clocks) {
  const auto where = fmt::format("redis ({})", config.redis.addresses.front());
  redis::Client client(redis_settings(config), log);
  if (const auto fit = sync_wait(redis::check(client)); !fit)
    return {error(where, fit.error().detail, fit.error().code == Code::unavailable ? kReach : kCorrect)};
  const Stopwatch watch;
  const auto time = sync_wait(client.run(redis::Command{.words = {"TIME"}, .key = 0}));
  if (time && time->size() == 2)
    clocks.push_back({where, watch.ahead(std::stoll(time->at(0).text) * 1000 + std::stoll(time->at(1).text) / 1000)});
  const auto info = sync_wait(client.run(redis::Command{.words = {"INFO", "server"}, .key = 0}));
  const auto version = info ? redis::info_value(info->text, "redis_version") : std::string_view("?");
  return {note(where, fmt::format("Redis {}", version.empty() ? "of an unknown version" : version))};
}

Findings examine_mysql(const mysql::Settings& settings, std::string_view table, Clocks& clocks) {
  const auto where = fmt::format("mysql ({}/{})", settings.address, settings.database);
  auto connection = mysql::Connection::open(settings);
  if (!connection) {
    const bool away = connection.error().trouble == mysql::Trouble::away;
    return {error(where, connection.error().words, away ? kReach : kCorrect)};
  }
  const Stopwatch watch;
  auto told = connection->run("SELECT VERSION(), CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS UNSIGNED)");
  if (!told || !told->front().rows.next()) return {error(where, "it does not tell its version", kReach)};
  auto& row = told->front().rows;
  clocks.push_back({where, watch.ahead(row.signed_number(1))});
  const std::string version(row.text(0));
  const auto there = connection->run(fmt::format("SHOW TABLES LIKE '{}'", table));
  if (!there || there->front().rows.size() == 0)
    return {error(where, fmt::format("{}, without the table {}", version, table), kInit)};
  return {note(where, version)};
}

Findings examine_databases(const Config& config, Clocks& clocks) {
  Findings all = examine_mysql(mysql_settings(config), "accounts", clocks);
  for (const auto& one : ledger_settings(config))
    std::ranges::move(examine_mysql(one, "ledger_shards", clocks), std::back_inserter(all));
  return all;
}

Findings examine_rocketmq(const Config& config) {
  const auto& proxy = config.rocketmq.proxy;
  const auto where = fmt::format("rocketmq.proxy ({})", proxy.str());
  net::BlockingSocket socket;
  const auto refused =
      socket.connect(proxy.host, std::to_string(proxy.port), std::chrono::steady_clock::now() + kPatience);
  Findings all{refused.empty() ? note(where, "takes connections") : error(where, refused, kReach)};
  if (config.rocketmq.broker.empty()) {
    all.push_back({Severity::warning, "rocketmq.broker",
                   "is not set, so nobody knows whether the broker keeps what it takes: unchecked",
                   "Set it to the broker's address; or see to flushDiskType=SYNC_FLUSH, fileReservedTime >= 72 and "
                   "maxMessageSize >= 4 MiB by hand."});
    return all;
  }
  const auto broker = fmt::format("rocketmq.broker ({})", config.rocketmq.broker);
  rocketmq::Remoting remoting(config.rocketmq.broker);
  const auto durable = rocketmq::check_durable(remoting);
  if (durable)
    all.push_back(note(broker, "keeps what it takes"));
  else
    all.push_back(error(broker, durable.error().detail, durable.error().code == Code::unavailable ? kReach : kCorrect));
  return all;
}

Findings examine_elasticsearch(const Config& config) {
  namespace elasticsearch = engine::elasticsearch;
  const auto where = fmt::format("elasticsearch ({})", config.elasticsearch.address.str());
  elasticsearch::Cluster cluster(elasticsearch_settings(config));
  const auto root = sync_wait(cluster.ask("GET", "/", "", kPatience));
  if (!root) return {error(where, root.error().detail, kReach)};
  const auto fit = sync_wait(elasticsearch::check_index(cluster));
  cluster.stop();
  const auto version = elasticsearch::text_at(root->body, "/version/number");
  if (!fit && fit.error().code == Code::not_found) return {error(where, fit.error().detail, kInit)};
  if (!fit) return {error(where, fit.error().detail, "See docs/deploy-many.md; history and search stay away so long.")};
  return {note(where, fmt::format("Elasticsearch {}", version))};
}

}  // namespace

Findings examine_engines(const Config& config, std::vector<ClockReading>& clocks) {
  Log silent(-1);
  Findings all;
  const auto add = [&all](Findings found) { std::ranges::move(found, std::back_inserter(all)); };
  add(examine_databases(config, clocks));
  add(examine_redis(config, silent, clocks));
  add(examine_rocketmq(config));
  add(examine_elasticsearch(config));
  return all;
}

}  // namespace godwit::app
