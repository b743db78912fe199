#include "app/server/distributed_engines.hpp"

#include <unistd.h>

#include <algorithm>
#include <charconv>

#include "app/server/ledger_rows.hpp"
#include "bus/resend.hpp"
#include "engine/mysql/transfer.hpp"
#include "engine/redis/check.hpp"
#include "engine/rocketmq/provision.hpp"

namespace godwit::app {
namespace {

constexpr std::chrono::milliseconds kTrimEvery{5'000};
constexpr std::size_t kTrimAtOnce = 2'000;

constexpr Millis kAbsence = 3'000;  // before it is told that somebody went: who comes back at once was never away
constexpr std::chrono::milliseconds kPatience{2'000};  // of who reads, as on embedded engines

/// No other dispatcher, so nobody to reach.
class NoSequencers final : public sequencer::Peers {
 public:
  [[nodiscard]] sequencer::Service* at(const dispatch::Dispatcher&) override { return nullptr; }
};

std::uint64_t whole_number(std::string_view text) {
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

redis::Address redis_address(const std::string& text) {
  const auto address = parse_address(text);  // settings are consistent
  return {.host = address->host, .port = address->port};
}

}  // namespace

mysql::Settings mysql_settings(const Config& config) {
  return {.address = config.mysql.address.str(),
          .user = config.mysql.user,
          .password = config.mysql.password,
          .database = config.mysql.database,
          .connections = config.mysql.connections};
}

std::vector<mysql::Settings> ledger_settings(const Config& config) {
  std::vector<mysql::Settings> all;
  for (const auto& place : config.mysql.ledger) {
    const auto slash = place.find('/');
    auto& one = all.emplace_back(mysql_settings(config));
    one.address = place.substr(0, slash);
    one.database = place.substr(slash + 1);
  }
  if (all.empty()) all.push_back(mysql_settings(config));
  return all;
}

engine::elasticsearch::Settings elasticsearch_settings(const Config& config) {
  engine::elasticsearch::Settings settings;
  settings.http.addresses = {"http://" + config.elasticsearch.address.str()};
  settings.index = config.elasticsearch.prefix + "-messages";
  settings.replicas = config.elasticsearch.replicas;
  return settings;
}

redis::Settings redis_settings(const Config& config) {
  redis::Settings settings;
  for (const auto& address : config.redis.addresses) settings.servers.push_back(redis_address(address));
  settings.cluster = config.redis.cluster;
  settings.password = config.redis.password;
  settings.prefix = config.redis.prefix + ":";
  return settings;
}

Result<std::unique_ptr<DistributedEngines>> DistributedEngines::open(const Wanted& wanted, Surroundings with) {
  std::unique_ptr<DistributedEngines> engines(new DistributedEngines(with));
  const auto& here = wanted.here;
  engines->any_sequencer_ = wanted.sequencers.any;
  engines->keep_ = to_millis(wanted.config.inbox.keep).count();
  CHECK_OK(engines->open_redis(wanted.config));
  const bool carries = here.has(RoleName::dispatch) || here.has(RoleName::archive) || here.has(RoleName::offline);
  if (carries || here.has(RoleName::user)) CHECK_OK(mysql::refuse_unfinished_move(mysql_settings(wanted.config)));
  if (here.has(RoleName::user)) CHECK_OK(engines->open_people(wanted.config));
  if (here.has(RoleName::archive)) CHECK_OK(engines->open_archive(wanted.config));
  if (carries || here.has(RoleName::user)) CHECK_OK(engines->open_messages(wanted));
  if (here.has(RoleName::dispatch)) engines->make_dispatcher(wanted);
  if (carries) engines->make_bus(wanted);
  if (here.has(RoleName::offline)) CHECK_OK(engines->open_inbox(wanted.config));
  return engines;
}

Result<void> DistributedEngines::open_redis(const Config& config) {
  redis_ = std::make_unique<redis::Client>(redis_settings(config), with_.log);
  CHECK_OK(sync_wait(redis::check(*redis_)));
  changes_ = std::make_unique<redis::RedisChangeLog>(*redis_, with_.clock);
  registry_ = std::make_unique<redis::RedisRegistry>(*redis_, redis::RegistrySettings{.absence = kAbsence});
  processes_ = std::make_unique<redis::RedisProcessRegistry>(*redis_);
  counts_ = std::make_unique<redis::RedisCounts>(*redis_);
  applied_ = std::make_unique<redis::RedisAppliedPositions>(*redis_);
  inbox_ = std::make_unique<redis::RedisInbox>(*redis_, with_.random, with_.log);
  ports_.changes = changes_.get();
  ports_.registry = registry_.get();
  ports_.processes = processes_.get();
  ports_.counts = counts_.get();
  ports_.timeline = inbox_.get();
  ports_.cursors = inbox_.get();
  return {};
}

Result<void> DistributedEngines::open_people(const Config& config) {
  TRY(accounts_, mysql::AccountsDatabase::open(
                     mysql_settings(config), {.readers = config.mysql.connections, .writers = config.mysql.connections},
                     with_.clock, with_.log, with_.metrics));
  ports_.accounts = &accounts_->store();
  ports_.loader = &accounts_->loader();
  return {};
}

Result<void> DistributedEngines::open_archive(const Config& config) {
  archive_ = std::make_unique<engine::elasticsearch::ElasticArchive>(elasticsearch_settings(config), with_.log);
  CHECK_OK(sync_wait(archive_->prepare()));
  with_.metrics.queue({.name = "elasticsearch",
                       .metric = "godwit_elasticsearch_waiting",
                       .help = "Requests that wait for Elasticsearch.",
                       .bound = engine::elasticsearch::HttpSettings().waiting,
                       .depth = [this] { return archive_->waiting(); }});
  ports_.archive = archive_.get();
  return {};
}

Result<void> DistributedEngines::open_messages(const Wanted& wanted) {
  const auto& config = wanted.config;
  rocketmq::Settings settings;
  settings.proxy = config.rocketmq.proxy.str();
  settings.prefix = config.rocketmq.prefix;
  settings.client = config.node.name + "-" + std::to_string(::getpid()) + "-" + with_.random.hex(8);
  broker_ = std::make_unique<rocketmq::Broker>(std::move(settings), with_.log, with_.metrics);
  TRY(dead_letters_,
      mysql::DeadLetters::open(mysql_settings(config), with_.clock, with_.log, with_.metrics,
                               [this](const dispatch::DeadLetter& letter) { return bus::resend(*broker_, letter); }));
  ports_.dead_letters = dead_letters_.get();
  const bool consumes = wanted.here.has(RoleName::archive) || wanted.here.has(RoleName::offline);
  if (!wanted.here.has(RoleName::dispatch) && !consumes) return {};
  TRY(ledger_store_,
      mysql::open_ledger(ledger_settings(config), mysql_settings(config), with_.random, with_.log, with_.metrics));
  if (consumes) rows_ = std::make_unique<LedgerRows>(*ledger_store_);
  if (!config.rocketmq.broker.empty()) {
    rocketmq::Remoting broker(config.rocketmq.broker);
    CHECK_OK(rocketmq::check_durable(broker));
  }
  return {};
}

void DistributedEngines::make_dispatcher(const Wanted& wanted) {
  static NoSequencers nobody;
  auto* peers = wanted.sequencers.peers;
  numbering_.emplace("ledger");
  relay_.emplace(*ledger_store_, *broker_, *numbering_,
                 dispatch::Relay::Settings{.backlog = wanted.config.rocketmq.backlog}, with_.log, with_.metrics);
  sequencer_.emplace(dispatch::Sequencer::Ports{.store = *ledger_store_, .relay = *relay_, .executor = *numbering_},
                     wanted.self, dispatch::Sequencer::Settings{}, with_.clock, with_.log, with_.metrics);
  ledger_.emplace(*sequencer_, peers != nullptr ? *peers : nobody, *ledger_store_, *numbering_);
  ports_.ledger = &*ledger_;
  ports_.commits = &*sequencer_;
  ports_.sequencer = &*sequencer_;
}

void DistributedEngines::make_bus(const Wanted& wanted) {
  consuming_.emplace("bus");
  auto& sequencer = sequencer_ ? static_cast<sequencer::Service&>(*sequencer_) : *wanted.sequencers.any;
  bus_.emplace(bus::BrokerBus::Ports{.broker = *broker_,
                                     .applied = *applied_,
                                     .dead_letters = *dead_letters_,
                                     .sequencer = sequencer,
                                     .executor = *consuming_,
                                     .rows = rows_.get()},
               bus::BrokerBus::Settings{.patience = kPatience}, with_.log, with_.metrics);
  ports_.bus = &*bus_;
}

/// Redis is never the only copy: what it loses is brought again, and while it is away the inbox is read without it.
Result<void> DistributedEngines::open_inbox(const Config& config) {
  TRY(positions_, mysql::Positions::open(mysql_settings(config), with_.clock, with_.log, with_.metrics));
  refill_.emplace(*ledger_store_, *positions_, with_.clock, keep_);
  inbox_ = std::make_unique<redis::RedisInbox>(*redis_, with_.random, with_.log, &*refill_);
  TRY(auto epoch, sync_wait(inbox_->epoch()));
  behind_.emplace(*positions_, *consuming_, inbox::WriteBehind::Settings{}, with_.log, with_.metrics);
  cursors_.emplace(*inbox_, *positions_, *behind_, with_.clock);
  late_.emplace(*ledger_store_, *positions_, *refill_, std::move(epoch));
  ports_.timeline = inbox_.get();
  ports_.cursors = &*cursors_;
  ports_.late_timeline = &*late_;
  ports_.late_cursors = &*late_;
  return {};
}

void DistributedEngines::start() {
  if (sequencer_) sequencer_->start();
  if (sequencer_) numbering_->post([this] { spawn(trim()); });
  if (bus_) bus_->start();
  if (behind_) behind_->start();
}

/// Drops rows of the ledger that the inbox keeps no longer, and sends that may be forgotten; any dispatcher for all.
Task<void> DistributedEngines::trim() {
  while (!stopped_.load()) {
    co_await sleep_for(*numbering_, kTrimEvery);
    const auto now = with_.clock.now();
    (void)co_await ledger_store_->trim(now - keep_, now - kSentKept, kTrimAtOnce);  // a failure: five seconds later
  }
}

void DistributedEngines::stop() {
  if (stopped_.exchange(true)) return;
  if (bus_) bus_->stop();
  if (sequencer_) sync_wait(sequencer_->stop());
  if (broker_) broker_->stop();
  if (bus_) sync_wait(bus_->finish());
  if (behind_) sync_wait(behind_->finish());
  if (positions_) positions_->stop();
  if (accounts_) accounts_->stop();
  if (dead_letters_) dead_letters_->stop();
  if (archive_) archive_->stop();
}

DistributedEngines::~DistributedEngines() {
  stop();
  // What the store still does comes back to executors that live; their last jobs speak to what lies above them.
  ledger_store_.reset();
  numbering_.reset();
  consuming_.reset();
}

Task<std::vector<EngineState>> DistributedEngines::states() {
  std::vector<EngineState> states;
  const auto add = [&](std::string_view name, const Result<void>& state) {
    states.push_back({std::string(name), state ? std::nullopt : std::optional(state.error().detail)});
  };
  const auto pong = co_await redis_->run(redis::Command{.words = {"PING"}, .key = 0});
  add("redis", pong ? Result<void>() : std::unexpected(pong.error()));
  if (accounts_) add("mysql.accounts", co_await accounts_->ready());
  if (sequencer_) {
    const auto committed = co_await sequencer_->committed();
    add("mysql.ledger", committed ? Result<void>() : std::unexpected(committed.error()));
    if (const auto missing = sequencer_->missing(); missing > 0)
      states.push_back({"ledger.shards", std::to_string(missing) +
                                             " shards are to be this dispatcher's and are not yet: "
                                             "an earlier one's lease runs, or they are being read"});
  }
  if (archive_) add("elasticsearch.archive", archive_->ready());
  co_return states;
}

std::vector<Shard> DistributedEngines::shards() const {
  return sequencer_ ? sequencer_->owned_shards() : std::vector<Shard>();
}

Task<Result<std::uint64_t>> DistributedEngines::archive_lag() {
  auto* dispatchers = sequencer_ ? static_cast<sequencer::Service*>(&*sequencer_) : any_sequencer_;
  CO_TRY(const auto committed, co_await dispatchers->committed());
  CO_TRY(const auto applied, co_await applied_->contiguous(dispatch::Topic::store));
  std::uint64_t behind = 0;
  for (std::size_t shard = 0; shard < std::min(committed.size(), applied.size()); ++shard)
    behind += committed[shard] > applied[shard] ? committed[shard] - applied[shard] : 0;
  co_return behind;
}

Task<Result<EngineFigures>> DistributedEngines::figures() {
  EngineFigures figures;
  CO_TRY(figures.inbox_entries, co_await inbox_->entries());
  CO_TRY(figures.archive_lag, co_await archive_lag());
  CO_TRY(const auto nodes, co_await redis_->nodes());
  for (const auto& node : nodes) {
    CO_TRY(const auto info, co_await redis_->run_at(node, {.words = {"INFO"}, .key = 0}));
    if (redis::info_value(info.text, "role") == "master")
      figures.inbox_bytes += whole_number(redis::info_value(info.text, "used_memory"));
  }
  co_return figures;
}

Result<void> DistributedEngines::backup(const std::string&, const std::atomic<bool>&) {
  return fail(Code::bad_parameter,
              "this server keeps its data in MySQL, Redis, RocketMQ and Elasticsearch, which have their own ways of "
              "backing up: see docs/deploy-many.md");
}

}  // namespace godwit::app
