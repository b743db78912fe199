#include "app/server/server.hpp"

#include <algorithm>
#include <filesystem>
#include <thread>

#include "app/server/distributed_engines.hpp"
#include "app/server/embedded_engines.hpp"
#include "net/loop/listener.hpp"
#include "user/sessions/signing_key.hpp"

namespace godwit::app {
namespace {

constexpr std::chrono::seconds kLastAnswers(3), kWithdrawal(2);

std::string signing_key_file(const Config& config) {
  if (!config.cluster.signing_key.empty()) return config.cluster.signing_key;
  return DataPaths(config.storage.data).signing_key();
}

/// For what a process keeps beside its engines: the signing key, unless that is elsewhere.
Result<void> make_data_directory(const std::filesystem::path& directory) {
  std::error_code error;
  if (std::filesystem::create_directories(directory, error))
    std::filesystem::permissions(directory, std::filesystem::perms::owner_all, error);
  if (error) return fail(Code::bad_parameter, directory.string() + ": " + error.message());
  return {};
}

std::size_t loops_of(const Config& config) {
  return config.http.threads != 0 ? config.http.threads : std::max(1U, std::thread::hardware_concurrency());
}

}  // namespace

Server::Server(const Config& config, Log& log)
    : config_(config), here_(roles_of(config)), log_(log), loops_(loops_of(config)), disk_(config.storage.data, log) {}

Result<std::unique_ptr<Server>> Server::open(const Loaded& settings, Log& log) {
  const auto files = raise_open_files();  // a socket is a file
  TRY(const auto fitted, fit_connections(settings.config, files));
  warn_of_fewer_connections(settings.config, fitted, files, log);
  std::unique_ptr<Server> server(new Server(fitted, log));
  CHECK_OK(server->open_stores(settings));
  CHECK_OK(server->open_peers());
  CHECK_OK(server->open_listeners());
  return server;
}

Result<void> Server::open_stores(const Loaded& settings) {
  metrics_.gauge("godwit_log_lines_dropped", "Log lines that a full pipe did not take.",
                 [this] { return static_cast<double>(log_.dropped()); });
  if (config_.engines == "distributed" && !config_.cluster.secret.empty())
    peer_clients_ = std::make_unique<PeerClients>(config_, here_, loops_.all(), with_);
  CHECK_OK(open_engines());
  Ground ground{.config = config_, .ports = engines_->ports(), .loops = loops_.all(), .dispatcher = dispatcher_};
  if (peer_clients_) ground.elsewhere = peer_clients_->elsewhere();
  std::string signing_key;
  if (here_.has(RoleName::user)) {
    TRY(ground.signing_key, user::load_or_make_signing_key(signing_key_file(config_), random_));
    signing_key = fingerprint(*ground.signing_key);
  }
  roles_ = std::make_unique<Roles>(here_, std::move(ground), with_);
  if (peer_clients_) peer_clients_->follow(roles_->feed);
  know_the_house(settings, std::move(signing_key));
  admin_api_ = std::make_unique<AdminApi>(
      AdminApi::Ground{
          .engines = *engines_, .roles = *roles_, .readiness = *readiness_, .house = *house_, .draining = draining_},
      with_, config_);
  if (roles_->user.get() != nullptr)
    console_ = std::make_unique<Console>(*engines_, *roles_, *house_, report_->started_at(), with_, settings);
  if (console_ && roles_->gateway) roles_->gateway->add(console_->calls());
  if (config_.debug.echo && roles_->gateway) {
    echo_ = std::make_unique<DebugEcho>(loops_.all());
    roles_->gateway->add_open_socket("/debug/echo", *echo_);
  }
  return {};
}

/// What this process tells of itself, and whom it asks of the others.
void Server::know_the_house(const Loaded& settings, std::string signing_key) {
  const auto& ports = engines_->ports();
  if (peer_clients_)
    reach_.emplace(*peer_clients_, *ports.registry, [this] { return !peer_server_ || peer_server_->linked(); });
  readiness_.emplace(*engines_, here_, reach_ ? &*reach_ : nullptr, loops_.at(0));
  report_.emplace(entry_of(config_, life_),
                  SelfReport::Ground{.engines = *engines_,
                                     .roles = *roles_,
                                     .readiness = *readiness_,
                                     .draining = draining_,
                                     .relayed = [this] { return peer_clients_ ? peer_clients_->relayed() : 0; },
                                     .signing_key = std::move(signing_key)},
                  with_, settings);
  house_.emplace(House::Ground{.self = &*report_,
                               .own = report_->self(),
                               .registry = peer_clients_ ? ports.processes : nullptr,
                               .phone = peer_clients_ ? &peer_clients_->process_phone() : nullptr,
                               .known = known_processes(config_.peers),
                               .timer = loops_.at(0),
                               .clock = clock_});
  if (!peer_clients_) return;
  metrics_.gauge("godwit_relayed_sockets", "Sockets that the gateway carries to nodes of other processes.",
                 [this] { return static_cast<double>(peer_clients_->relayed()); });
  metrics_.gauge("godwit_links", "Links between dispatchers and nodes that end here.",
                 [this] { return peer_server_ ? static_cast<double>(peer_server_->links()) : 0; });
  announcer_.emplace(*ports.processes, report_->self(), log_);
}

Result<void> Server::open_engines() {
  if (config_.engines == "embedded") {
    TRY(engines_, EmbeddedEngines::open(config_, clock_, log_, metrics_));
    return {};
  }
  CHECK_OK(make_data_directory(config_.storage.data));
  DistributedEngines::Wanted wanted{
      .config = config_,
      .here = here_,
      .self = {.name = dispatcher_, .address = peer_clients_ ? config_.cluster.listen.str() : ""}};
  if (peer_clients_) wanted.sequencers = peer_clients_->sequencers();
  TRY(engines_, DistributedEngines::open(wanted, with_));
  return {};
}

/// The doors for other processes, where there are any.
Result<void> Server::open_peers() {
  if (!peer_clients_) return {};
  peer_server_ = std::make_unique<PeerServer>(PeerServer::Ground{.config = config_,
                                                                 .here = here_,
                                                                 .roles = *roles_,
                                                                 .console = console_ ? &console_->calls() : nullptr,
                                                                 .report = *report_,
                                                                 .ports = engines_->ports(),
                                                                 .peers = *peer_clients_,
                                                                 .loops = loops_,
                                                                 .dispatcher = dispatcher_},
                                              with_);
  return peer_server_->open();
}

net::HttpServer::Settings Server::listener(const Address& address) const {
  net::HttpServer::Settings settings;
  settings.address = address.host;
  settings.port = address.port;
  settings.limits.head_bytes = config_.http.head_bytes;
  settings.limits.body_bytes = config_.http.body_bytes;
  settings.limits.head_deadline = to_millis(config_.http.header_timeout);
  settings.limits.body_deadline = to_millis(config_.http.body_timeout);
  settings.limits.idle = to_millis(config_.http.idle_timeout);
  return settings;
}

Result<void> Server::open_listeners() {
  if (roles_->gateway) {
    auto& gateway = *roles_->gateway;
    CHECK_OK(open_doors(config_.http.listen,
                        {.handle = [&gateway](net::Request& request) { return gateway.handle(request); },
                         .refuse = [&gateway](const Error& error) { return gateway.refuse(error); },
                         .check_head = [&gateway](net::Request& request) { return gateway.check_head(request); }},
                        gateway.gate()));
  }
  if (roles_->ticket_door) {
    auto& door = *roles_->ticket_door;
    CHECK_OK(open_doors(config_.node.listen,
                        {.handle = [&door](net::Request& request) { return door.handle(request); },
                         .refuse = [&door](const Error& error) { return door.refuse(error); }},
                        door.gate()));
  }
  CHECK_OK(net::check_port_free(config_.admin.listen.host, config_.admin.listen.port));
  admin_ = std::make_unique<net::HttpServer>(
      loops_.at(0), listener(config_.admin.listen),
      net::HttpHandlers{.handle = [api = admin_api_.get()](net::Request& request) { return api->handle(request); },
                        .refuse = [api = admin_api_.get()](const Error& error) { return api->refuse(error); }},
      admin_gate_, log_);
  return admin_->open();
}

Result<void> Server::open_doors(const Address& address, const net::HttpHandlers& handlers, net::ConnectionGate& gate) {
  CHECK_OK(net::check_port_free(address.host, address.port));
  auto settings = listener(address);
  for (auto* loop : loops_.all()) {
    public_.push_back(std::make_unique<net::HttpServer>(*loop, settings, handlers, gate, log_));
    CHECK_OK(public_.back()->open());
    settings.port = public_.back()->port();  // "any" is chosen once
  }
  return {};
}

void Server::start() {
  if (auto* offline = roles_->offline.get()) offline->consume();
  engines_->start();
  loops_.start();
  if (peer_server_) peer_server_->start();
  if (auto* node = roles_->node.get()) node->start();
  if (auto* user = roles_->user.get()) user->start();
  if (auto* offline = roles_->offline.get()) offline->start_sweeping(loops_.at(0));
  report_->start(loops_.at(0));
  if (announcer_) announcer_->start(loops_.at(0));
  if (peer_clients_ && roles_->gateway) peer_clients_->watch_nodes(*engines_->ports().registry);
  disk_.start(loops_.at(0));
  for (auto& server : public_) server->start();
  admin_->start();
  memory_.start();
}

void Server::reload(const Loaded& settings) {
  const auto& config = settings.config;
  log_.set_threshold(log_level(config));
  if (auto* dispatch = roles_->dispatch.get())
    dispatch->set_recall_window(to_millis(config.messages.recall_window).count());
  if (auto* user = roles_->user.get()) user->set_registration(registration_of(config), config.reserved_keys);
  report_->show(settings);
  if (console_) console_->show(settings);
}

void Server::drain(std::chrono::milliseconds deadline) {
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + deadline;
  draining_.store(true, std::memory_order_relaxed);
  for (auto& server : public_) server->drain();
  auto* node = roles_->node.get();
  if (node != nullptr) node->drain();
  if (peer_clients_) peer_clients_->drain();
  const auto busy = [this, node] {
    std::size_t connections = node == nullptr ? 0 : node->open_sockets() + node->waiting_acks();
    if (peer_clients_) connections += peer_clients_->relayed();
    for (const auto& server : public_) connections += server->connections();
    return connections > 0;
  };
  const auto wait_until = [&](Clock::time_point time) {
    while (busy() && Clock::now() < time) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  };
  wait_until(end - kLastAnswers);
  // What is long and has not begun is refused, so that its connections end, too.
  if (roles_->hasher) roles_->hasher->stop();
  admin_api_->stop();
  wait_until(end);
  if (announcer_ && Clock::now() + kWithdrawal < end) announcer_->end();
  if (peer_server_)
    peer_server_->drain(std::max(std::chrono::milliseconds(0),
                                 std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now())));
  admin_->drain();
}

Server::~Server() {
  // Nobody may ask any more before what would answer goes: first the doors, then the loops, then the engines; only
  // when nothing of these runs any more, the roles that their work refers to.
  public_.clear();
  admin_.reset();
  peer_server_.reset();
  if (peer_clients_) peer_clients_->end();
  loops_.stop();
  if (admin_api_) admin_api_->stop();
  if (roles_ && roles_->hasher) roles_->hasher->stop();
  if (roles_ && roles_->user.get() != nullptr) roles_->user.place().stop();
  if (engines_) engines_->stop();
}

}  // namespace godwit::app
