#include "app/server/peer_server.hpp"

#include <stdexcept>

namespace godwit::app {
PeerServer::PeerServer(const Ground& ground, Surroundings with)
    : ground_(ground),
      with_(with),
      user_source_{.users = ground.roles.user.place(), .feed = ground.roles.feed},
      heard_(ground.roles.feed,
             [user = ground.roles.user.get()] { return user == nullptr ? changes::Position{} : user->told(); }) {}

PeerServer::~PeerServer() = default;

rpc::Services PeerServer::services() {
  rpc::Services services;
  auto& roles = ground_.roles;
  std::vector<gateway::RoleClient*> calls;
  if (auto* user = roles.user.get()) {
    rpc::serve_user(services, user_source_);
    calls.push_back(&user->calls());
  }
  if (ground_.console != nullptr) calls.push_back(ground_.console);
  if (auto* dispatch = roles.dispatch.get()) {
    rpc::serve_dispatch(services, *dispatch);
    sequencer_.emplace(rpc::NamedSequencer{.sequencer = *ground_.ports.sequencer, .name = ground_.dispatcher});
    rpc::serve_sequencer(services, *sequencer_);
    calls.push_back(&dispatch->calls());
  }
  if (auto* offline = roles.offline.get()) {
    rpc::serve_offline(services, *offline);
    calls.push_back(&offline->calls());
  }
  if (auto* archive = roles.archive.get()) {
    rpc::serve_archive(services, *archive);
    calls.push_back(&archive->calls());
  }
  rpc::serve_process(services, ground_.report);
  calls_.emplace(std::move(calls), &heard_);
  rpc::serve_calls(services, *calls_);
  return services;
}

Result<void> PeerServer::open() {
  const auto loops = ground_.loops.all();
  const auto address = ground_.config.cluster.listen.str();
  try {
    server_ = std::make_unique<rpc::Server>(rpc::Server::Settings{.address = address}, services(),
                                            std::vector<Executor*>(loops.begin(), loops.end()), ground_.peers.secret(),
                                            with_.random);
  } catch (const std::runtime_error& error) {
    return fail(Code::unavailable, "cluster.listen " + address + ": " + error.what());
  }
  if (ground_.here.has(RoleName::node)) CHECK_OK(open_node());
  if (ground_.here.has(RoleName::dispatch))
    dialler_.emplace(ground_.loops.at(0), ground_.roles.dispatch.place().links(), ground_.peers.nodes(),
                     ground_.peers.phone(), link::LinkDialler::Settings{.dispatcher = ground_.dispatcher}, with_.log);
  return {};
}

Result<void> PeerServer::open_node() {
  const auto& config = ground_.config;
  const auto loops = ground_.loops.all();
  link_door_.emplace(ground_.roles.node.place().links(), loops, config.node.name, link::WireSettings{}, with_.log);
  socket_door_.emplace(*ground_.roles.sockets, with_.log);
  listener_.emplace(loops,
                    net::internal::InternalListener::Settings{.address = config.cluster.node_listen.host,
                                                              .port = config.cluster.node_listen.port,
                                                              .name = config.node.name,
                                                              .secret = config.cluster.secret},
                    std::vector<net::internal::Door*>{&*link_door_, &*socket_door_}, with_.random, with_.log);
  return listener_->open();
}

void PeerServer::start() {
  if (listener_) listener_->start();
  if (dialler_) dialler_->start();
}

void PeerServer::drain(std::chrono::milliseconds patience) {
  if (listener_) listener_->drain();
  if (server_) server_->stop(patience);
  if (dialler_) dialler_->stop();
}

}  // namespace godwit::app
