#include <cstdio>
#include <cstdlib>
#include <memory>
#include <unordered_map>

#include "sockets.hpp"

namespace bench {
namespace {

/// One friend pair: 2k sends, 2k+1 is connected. The text begins with the time of the send, so a delivery dates itself.
struct Pair {
  std::unique_ptr<SocketClient> receiver;
  std::unique_ptr<HttpSender> sender;
  std::string receiver_key;
  double asked_at = 0;
  bool busy = false;
};

struct Tally {
  std::uint64_t sent = 0, answered = 0, delivered = 0;
  int connected = 0;
  std::vector<double> answer_ms, delivery_ms;
};

std::string message_to(const std::string& key, int bytes) {
  char time[32];
  std::snprintf(time, sizeof time, "%.7f", now());
  std::string text(time);
  text.resize(static_cast<std::size_t>(bytes), ' ');
  return R"({"type":101,"msgReceiver":")" + key + R"(","msg":")" + text + "\"}";
}

void open_pairs(const Options& options, Driver& driver, std::vector<std::unique_ptr<Pair>>& pairs, Tally& tally) {
  const auto tokens = lines_of(options.data, "tokens");
  const auto users = lines_of(options.data, "users");
  const std::size_t first = 100;  // beyond the hubs
  for (int i = 0; i < options.window; ++i) {
    const auto sender = first + 2 * static_cast<std::size_t>(i);
    auto pair = std::make_unique<Pair>();
    pair->receiver_key = users.at(sender + 1);
    pair->receiver = std::make_unique<SocketClient>(options, tokens.at(sender + 1), [&tally](std::string_view frame) {
      tally.connected += frame.starts_with(R"({"type":201,)");
      if (!frame.starts_with(R"({"type":101,)")) return;
      ++tally.delivered;
      const auto text = frame.find(R"("msg":")");
      tally.delivery_ms.push_back((now() - std::strtod(frame.data() + text + 7, nullptr)) * 1e3);
    });
    pair->sender = std::make_unique<HttpSender>(
        options, tokens.at(sender), [&tally, p = pair.get()](int status, std::string_view body) {
          if (status != 201)
            throw std::runtime_error("send answered " + std::to_string(status) + " " + std::string(body));
          ++tally.answered;
          tally.answer_ms.push_back((now() - p->asked_at) * 1e3);
          p->busy = false;
        });
    driver.add(*pair->receiver);
    driver.add(*pair->sender);
    pairs.push_back(std::move(pair));
  }
  driver.until([&] { return tally.connected == options.window; }, 60, "201 on every socket");
}

}  // namespace

/// Friend to friend: POST, durable, 201, pushed to the friend's socket. `window` pairs, one request in flight each;
/// with `rate`, so many sends a second are begun, evenly.
int measure_send(const Options& options) {
  Driver driver;
  Tally tally;
  std::vector<std::unique_ptr<Pair>> pairs;
  open_pairs(options, driver, pairs, tally);
  const double cpu = cpu_seconds(options.pids), start = now(), end = start + options.seconds;
  std::size_t next = 0;
  while (now() < end) {
    const auto due = options.rate > 0 ? static_cast<std::uint64_t>((now() - start) * options.rate) : UINT64_MAX;
    for (std::size_t looked = 0; looked < pairs.size() && tally.sent < due; ++looked) {
      auto& pair = *pairs[next++ % pairs.size()];
      if (pair.busy) continue;
      pair.busy = true, pair.asked_at = now(), ++tally.sent;
      pair.sender->post("/v1/messages", message_to(pair.receiver_key, options.text_bytes));
    }
    driver.step(options.wait_ms);
  }
  driver.until([&] { return tally.answered == tally.sent && tally.delivered == tally.sent; }, 30,
               "every answer and delivery");
  const double took = now() - start, used = cpu_seconds(options.pids) - cpu;
  const auto count = static_cast<double>(tally.answered);
  const double a50 = percentile(tally.answer_ms, 0.5), a99 = percentile(tally.answer_ms, 0.99);
  const double d50 = percentile(tally.delivery_ms, 0.5), d99 = percentile(tally.delivery_ms, 0.99);
  std::printf(
      "send pairs=%d rate=%.0f n=%.0f per_second=%.0f per_cpu_second=%.0f answered_ms_p50=%.3f answered_ms_p99=%.3f "
      "delivered_ms_p50=%.3f delivered_ms_p99=%.3f\n",
      options.window, options.rate, count, count / took, used > 0 ? count / used : 0, a50, a99, d50, d99);
  return 0;
}

}  // namespace bench
