#include "app/maintenance/init_engines.hpp"

#include "app/maintenance/tools.hpp"
#include "app/server/distributed_engines.hpp"
#include "engine/redis/check.hpp"
#include "engine/rocketmq/provision.hpp"

namespace godwit::app {
namespace {

Result<std::string> init_mysql(const Config& config, Tools& with) {
  const auto settings = mysql_settings(config);
  CHECK_OK(mysql::AccountsDatabase::open(settings, {}, with.clock, with.log, with.metrics));
  CHECK_OK(mysql::open_ledger(ledger_settings(config), settings, with.random, with.log, with.metrics));
  CHECK_OK(mysql::DeadLetters::open(settings, with.clock, with.log, with.metrics, {}));
  return "mysql: the tables of " + settings.database + " at " + settings.address + " are there";
}

Result<std::string> init_redis(const Config& config, Tools& with) {
  redis::Client client(redis_settings(config), with.log);
  CHECK_OK(sync_wait(redis::check(client)));
  return "redis: " + config.redis.addresses.front() + " keeps what it is given";
}

Result<std::string> init_rocketmq(const Config& config) {
  if (config.rocketmq.broker.empty())
    return fail(Code::bad_parameter,
                "rocketmq.broker is not set: without a broker's address nothing can be made there; topics and groups "
                "are in docs/deploy-many.md, to be made by mqadmin");
  rocketmq::Remoting broker(config.rocketmq.broker);
  CHECK_OK(rocketmq::check_durable(broker));
  CHECK_OK(rocketmq::provision(broker, config.rocketmq.prefix));
  return "rocketmq: topics and groups of " + config.rocketmq.prefix +
         " are there, and the broker flushes what it takes";
}

Result<std::string> init_elasticsearch(const Config& config, Tools& with) {
  const auto settings = elasticsearch_settings(config);
  engine::elasticsearch::ElasticArchive archive(settings, with.log);
  CHECK_OK(sync_wait(archive.prepare()));
  return "elasticsearch: the index " + settings.index + " is there";
}

}  // namespace

Result<std::vector<std::string>> init_engines(const Config& config) {
  Tools with;
  std::vector<std::string> done;
  TRY(done.emplace_back(), init_mysql(config, with));
  TRY(done.emplace_back(), init_redis(config, with));
  TRY(done.emplace_back(), init_rocketmq(config));
  TRY(done.emplace_back(), init_elasticsearch(config, with));
  return done;
}

Result<void> split_ledger(const Config& config) {
  Tools with;
  const auto home = mysql_settings(config);
  const auto databases = ledger_settings(config);
  CHECK_OK(mysql::split_ledger(databases, home, with.random));
  CHECK_OK(mysql::open_ledger(databases, home, with.random, with.log, with.metrics));
  return {};
}

}  // namespace godwit::app
