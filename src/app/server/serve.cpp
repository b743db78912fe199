#include "app/serve.hpp"

#include <signal.h>

#include <cstdio>

#include "app/config/reload.hpp"
#include "app/server/embedded_page.hpp"
#include "app/server/server.hpp"

namespace godwit::app {
namespace {

constexpr auto kDrain = std::chrono::seconds(8);  // of the ten that a SIGTERM has

/// The signals that main waits for; blocked in every thread that comes later.
sigset_t block_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  return signals;
}

void reload(Loaded& running, const Reload& read_again, Server& server, Log& log) {
  auto fresh = read_again();
  if (!fresh) return log.error("reload_refused", {{"detail", fresh.error().detail}});
  auto taken = take_over(running, std::move(*fresh));
  for (const auto& name : taken.changed) log.info("setting_changed", {{"setting", name}});
  for (const auto& name : taken.needs_restart) log.warn("setting_needs_restart", {{"setting", name}});
  running = std::move(taken.settings);
  server.reload(running);
}

}  // namespace

int serve(const Loaded& settings, Reload read_again) {
  const auto& config = settings.config;
  const auto signals = block_signals();
  Log log(2, log_level(config));
  auto server = Server::open(settings, log);
  if (!server) {
    log.error("start_failed", {{"detail", server.error().detail}});
    std::fprintf(stderr, "godwit: %s\n(godwit doctor says more)\n", server.error().detail.c_str());
    return 1;
  }
  (*server)->start();
  if (embedded_page().empty()) log.warn("no_page", {{"detail", "built without the web page; ./run builds it"}});
  log.info("ready", {{"listen", config.http.listen.host},
                     {"port", (*server)->port()},
                     {"admin_port", (*server)->admin_port()},
                     {"data", config.storage.data},
                     {"node", config.node.name}});
  Loaded running = settings;
  for (int received = 0;;) {
    if (sigwait(&signals, &received) != 0) continue;
    if (received != SIGHUP) break;
    reload(running, read_again, **server, log);
  }
  log.info("draining", {});
  (*server)->drain(kDrain);
  log.info("stopped", {});
  return 0;
}

}  // namespace godwit::app
