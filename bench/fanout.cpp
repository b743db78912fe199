#include <cstdio>
#include <memory>

#include "sockets.hpp"

namespace bench {

/// Group messages to N connected members; `window` messages in flight, the next only after the oldest has reached
/// everybody.
int measure_fanout(const Options& options) {
  const auto tokens = lines_of(options.data, "tokens");
  const auto groups = lines_of(options.data, "groups");
  Driver driver;
  std::uint64_t received = 0;
  int connected = 0;
  std::vector<std::unique_ptr<SocketClient>> members;
  // The members of group 0 are the users 0, G, 2G, …; the sender has no socket, so that everyone counted is a receiver.
  for (int i = 1; i <= options.connections; ++i) {
    const auto& token = tokens.at(static_cast<std::size_t>(i) * groups.size());
    driver.add(*members.emplace_back(std::make_unique<SocketClient>(options, token, [&](std::string_view frame) {
      received += frame.starts_with(R"({"type":102,)");
      connected += frame.starts_with(R"({"type":201,)");
    })));
    if (i % 64 == 0)
      while (driver.step(0)) {
      }
  }
  driver.until([&] { return connected == options.connections; }, 60, "201 on every socket");
  std::uint64_t answered = 0, sent = 0;
  std::vector<std::unique_ptr<HttpSender>> senders;
  for (int i = 0; i < options.window; ++i) {
    driver.add(*senders.emplace_back(
        std::make_unique<HttpSender>(options, tokens.at(0), [&](int status, std::string_view body) {
          if (status != 201)
            throw std::runtime_error("send answered " + std::to_string(status) + " " + std::string(body));
          ++answered;
        })));
  }
  const std::string text(static_cast<std::size_t>(options.text_bytes), 'x');
  const std::string json = R"({"type":102,"msgReceiver":")" + groups.at(0) + R"(","msg":")" + text + "\"}";
  const auto everyone = static_cast<std::uint64_t>(options.connections),
             window = static_cast<std::uint64_t>(options.window);
  const double cpu = cpu_seconds(options.pids), start = now(), end = start + options.seconds;
  while (now() < end) {
    while (sent < received / everyone + window && sent < answered + window)
      senders[sent++ % senders.size()]->post("/v1/messages", json);
    driver.step(options.wait_ms);  // best 0: a driver that sleeps is woken by every send, at the cost of the server
  }
  driver.until([&] { return received == sent * everyone && answered == sent; }, 30, "every delivery");
  const double took = now() - start, used = cpu_seconds(options.pids) - cpu;
  std::printf("fanout members=%d window=%d deliveries=%llu per_second=%.0f per_cpu_second=%.0f\n", options.connections,
              options.window, static_cast<unsigned long long>(received), static_cast<double>(received) / took,
              used > 0 ? static_cast<double>(received) / used : 0);
  return 0;
}

}  // namespace bench
