// How many committed messages a second reach both topics of RocketMQ: a dispatcher's relay with a backlog, beside a
// bare producer that sends the same pages by the same client, as many at once. Alternating, in one run, in topics of
// its own.
//   LIVE_MYSQL=… LIVE_MYSQL_USER=… LIVE_MYSQL_PASSWORD=… LIVE_ROCKETMQ=… LIVE_ROCKETMQ_BROKER=… godwit_relay_bench
//   [ROWS [ROUNDS]]
#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "engine/rocketmq/broker.hpp"
#include "engine/rocketmq/provision.hpp"
#include "engine/rocketmq/remoting.hpp"
#include "ledger_kit.hpp"

namespace godwit::bench {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t kSenders = 256;

std::string endpoint(const char* name) {
  const char* value = std::getenv(name);
  if (value != nullptr) return value;
  fmt::print(stderr, "relay bench: {} is not set\n", name);
  std::exit(1);
}

struct Page {
  dispatch::Topic topic;
  std::string key, body;
};

/// The broker, which lets nothing through while the gate is shut: what is sent waits. Keeps what went through it.
class Gate final : public SendingBroker {
 public:
  explicit Gate(dispatch::Broker& behind) : behind_(behind) {}

  Task<Result<void>> send(dispatch::Topic topic, std::string key, std::string body) override {
    co_await completion<bool>([this](auto done) {
      {
        const std::scoped_lock lock(mutex_);
        if (!open_) return waiting_.emplace_back(std::move(done)), void();
      }
      done(true);
    });
    {
      const std::scoped_lock lock(mutex_);
      passed_.push_back({topic, key, body});
    }
    co_return co_await behind_.send(topic, std::move(key), std::move(body));
  }

  void shut() {
    const std::scoped_lock lock(mutex_);
    open_ = false;
  }
  void open() {
    std::vector<std::move_only_function<void(bool)>> waiting;
    {
      const std::scoped_lock lock(mutex_);
      open_ = true;
      waiting.swap(waiting_);
    }
    for (auto& done : waiting) done(true);
  }
  std::vector<Page> passed() {
    const std::scoped_lock lock(mutex_);
    return std::exchange(passed_, {});
  }

 private:
  dispatch::Broker& behind_;
  std::mutex mutex_;
  bool open_ = true;
  std::vector<std::move_only_function<void(bool)>> waiting_;
  std::vector<Page> passed_;
};

class Measure {
 public:
  Measure() {
    rocketmq::Remoting broker(endpoint("LIVE_ROCKETMQ_BROKER"));
    must(rocketmq::provision(broker, name_));
  }
  ~Measure() {
    dispatcher_.reset();
    broker_.stop();
  }

  /// Rows a second that left the backlog, and the pages that they went in.
  std::pair<double, std::vector<Page>> relay(std::size_t rows) {
    gate_.shut();
    left_ = rows;
    running_ = kSenders;
    for (std::size_t i = 0; i < kSenders; ++i) senders_.post([this] { spawn(commit_on()); });
    while (running_ > 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    gate_.open();
    const auto began = Clock::now();
    while (waiting() > 0) std::this_thread::sleep_for(std::chrono::microseconds(200));
    return {static_cast<double>(rows) / seconds_since(began), gate_.passed()};
  }

  /// Rows a second that a bare producer of the same pages gets.
  double produce(std::vector<Page> pages, std::size_t rows) {
    pages_ = std::move(pages);
    next_ = 0;
    running_ = dispatch::Relay::Settings{}.bodies_at_once * 2;  // the relay's bodies at once, to two topics
    const auto began = Clock::now();
    for (std::size_t i = 0, all = running_; i < all; ++i) senders_.post([this] { spawn(produce_on()); });
    while (running_ > 0) std::this_thread::sleep_for(std::chrono::microseconds(200));
    return static_cast<double>(rows) / seconds_since(began);
  }

 private:
  static double seconds_since(Clock::time_point began) {
    return std::chrono::duration<double>(Clock::now() - began).count();
  }
  std::size_t waiting() {
    std::promise<std::size_t> asked;
    dispatcher_->numbering.post([&] { asked.set_value(dispatcher_->relay.backlog()); });
    return asked.get_future().get();
  }
  Task<void> commit_on() {
    while (left_.fetch_sub(1) > 0) must(co_await dispatcher_->sequencer.number(sends_.next()));
    --running_;
  }
  Task<void> produce_on() {
    while (true) {
      const auto at = next_++;
      if (at >= pages_.size()) break;
      must(co_await broker_.send(pages_[at].topic, pages_[at].key, std::move(pages_[at].body)));
    }
    --running_;
  }

  const std::string name_ = fmt::format("relaybench{}", ::getpid());
  Log log_{::open("/dev/null", O_WRONLY | O_CLOEXEC)};
  Metrics metrics_;
  rocketmq::Broker broker_{{.proxy = endpoint("LIVE_ROCKETMQ"), .prefix = name_, .client = name_}, log_, metrics_};
  Gate gate_{broker_};
  Worker senders_{"senders"};
  std::optional<Dispatcher> dispatcher_{std::in_place, "relay", gate_};
  Sends sends_{2};
  std::vector<Page> pages_;
  std::atomic<std::size_t> next_{0}, running_{0};
  std::atomic<std::int64_t> left_{0};
};

void run(std::size_t rows, int rounds) {
  Measure measure;
  std::vector<double> ours, theirs, ratios;
  measure.relay(rows);  // connections, and the broker's first files
  for (int round = 0; round < rounds; ++round) {
    auto [rate, pages] = measure.relay(rows);
    const auto count = pages.size();
    const auto bare = measure.produce(std::move(pages), rows);
    ours.push_back(rate), theirs.push_back(bare), ratios.push_back(rate / bare);
    fmt::print("relay rows={} pages={} relay_per_second={:.0f} bare_per_second={:.0f} ratio={:.2f}\n", rows, count,
               rate, bare, ratios.back());
    std::fflush(stdout);
  }
  fmt::print("relay_median relay_per_second={:.0f} bare_per_second={:.0f} ratio={:.2f}\n", median(ours), median(theirs),
             median(ratios));
}

}  // namespace
}  // namespace godwit::bench

int main(int argc, char** argv) {
  godwit::bench::run(argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 40'000, argc > 2 ? std::atoi(argv[2]) : 5);
}
