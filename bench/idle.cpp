#include <cstdio>
#include <memory>
#include <thread>

#include "sockets.hpp"

namespace bench {

/// Opens N authenticated sockets, waits for every 201, and asks the kernel what the server's memory grew by.
int measure_idle(const Options& options) {
  const auto tokens = lines_of(options.data, "tokens");
  const int warm = 200;  // the server's own first-use costs (caches, buffers) are not the connections'
  Driver driver;
  int connected = 0;
  std::vector<std::unique_ptr<SocketClient>> clients;
  const auto open_up_to = [&](int count) {
    while (static_cast<int>(clients.size()) < count) {
      const auto& token = tokens.at(clients.size());
      driver.add(
          *clients.emplace_back(std::make_unique<SocketClient>(options, token, [&connected](std::string_view frame) {
            connected += frame.starts_with(R"({"type":201,)");
          })));
      if (clients.size() % 64 == 0)
        while (driver.step(0)) {
        }
      // So many open at a time: what the server needs for those that are about to is not the connections' either.
      driver.until([&] { return static_cast<int>(clients.size()) - connected < 256; }, 60, "201 on most sockets");
    }
    driver.until([&] { return connected >= count; }, 60, "201 on every socket");
  };
  open_up_to(warm);
  std::this_thread::sleep_for(std::chrono::seconds(1));
  const double memory = anonymous_memory(options.pids), cpu = cpu_seconds(options.pids), start = now();
  open_up_to(options.connections);
  const double took = now() - start, used = cpu_seconds(options.pids) - cpu;
  std::this_thread::sleep_for(std::chrono::seconds(2));
  const double grown = anonymous_memory(options.pids) - memory;
  const int counted = options.connections - warm;
  std::printf(
      "idle sockets=%d bytes_per_socket=%.0f connects_per_second=%.0f connects_per_cpu_second=%.0f rss_mb=%.1f\n",
      options.connections, grown / counted, counted / took, used > 0 ? counted / used : 0,
      anonymous_memory(options.pids) / 1e6);
  return 0;
}

}  // namespace bench
