#include "app/serve.hpp"

#include <signal.h>
#include <unistd.h>

#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <thread>

#include "app/config/reload.hpp"
#include "app/server/embedded_page.hpp"
#include "app/server/server.hpp"
#include "net/grpc/log.hpp"

namespace godwit::app {
namespace {

constexpr auto kDrain = std::chrono::seconds(8);  // of the ten that a SIGTERM has
constexpr auto kEnd = std::chrono::milliseconds(9500);

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

/// In time, whatever is queued. What was answered is on the disk, so a part that does not end (a copy to a slow disk,
/// say) may be left where it is.
void end(std::unique_ptr<Server> server, Log& log) {
  log.info("draining", {});
  const std::jthread watch([&log](const std::stop_token& ended) {
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable_any wake;
    wake.wait_for(lock, ended, kEnd, [] { return false; });
    if (ended.stop_requested()) return;
    log.warn("end_forced", {{"detail", "something did not end in time; nothing that was answered is lost"}});
    std::_Exit(0);
  });
  server->drain(kDrain);
  server.reset();
  log.info("stopped", {});
}

/// For whoever started it by hand.
void print_address(const Config& config, std::uint16_t port) {
  if (::isatty(STDERR_FILENO) == 0) return;
  const bool everywhere = config.http.listen.host == "0.0.0.0" || config.http.listen.host == "::";
  const Address shown{.host = everywhere ? "127.0.0.1" : config.http.listen.host, .port = port};
  std::fprintf(stderr, "\ngodwit is at http://%s%s; Ctrl+C ends it.\n\n", shown.str().c_str(),
               everywhere ? ", and at every address of this machine" : "");
}

}  // namespace

int serve(const Loaded& settings, Reload read_again) {
  const auto& config = settings.config;
  const auto signals = block_signals();
  Log log(2, log_level(config));
  const net::GrpcLog grpc_log(log);
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
  print_address(config, (*server)->port());
  Loaded running = settings;
  for (int received = 0;;) {
    if (sigwait(&signals, &received) != 0) continue;
    if (received != SIGHUP) break;
    reload(running, read_again, **server, log);
  }
  end(std::move(*server), log);
  return 0;
}

}  // namespace godwit::app
