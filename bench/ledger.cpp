// How many sends a second become durable in MySQL: a sequencer on the ledger's store, beside a bare client that sends
// the same transactions, ready-made, on one connection. Alternating, in one run, on databases of its own.
//   LIVE_MYSQL=127.0.0.1:13300 LIVE_MYSQL_USER=im LIVE_MYSQL_PASSWORD=… godwit_ledger_bench [SECONDS [ROUNDS]]
//   … godwit_ledger_bench bare BATCH SECONDS: the bare client alone, with so many messages a transaction
#include <fmt/format.h>
#include <mysql.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "engine/mysql/ledger_statements.hpp"
#include "ledger_kit.hpp"

namespace godwit::bench {
namespace {

using Clock = std::chrono::steady_clock;

/// A broker that has everything at once.
class NoBroker final : public SendingBroker {
 public:
  Task<Result<void>> send(dispatch::Topic, std::string, std::string) override { co_return Result<void>{}; }
};

/// The same transactions, with what a sequencer works out worked out beforehand.
class Bare {
 public:
  Bare() {
    dispatch::Attendance all{.member = {.name = "bare", .address = ""}, .lease = std::chrono::hours(1), .take = {}};
    for (Shard shard = 0; shard < kShards; ++shard) all.take.push_back(shard);
    must(sync_wait(scratch_.store->attend(all)));
    auto* const handle = handle_.get();
    const auto& settings = scratch_.settings;
    const auto colon = settings.address.rfind(':');
    if (mysql_real_connect(handle, settings.address.substr(0, colon).c_str(), settings.user.c_str(),
                           settings.password.c_str(), settings.database.c_str(),
                           static_cast<unsigned>(std::stoul(settings.address.substr(colon + 1))), nullptr,
                           CLIENT_FOUND_ROWS | CLIENT_MULTI_STATEMENTS) == nullptr) {
      fmt::print(stderr, "ledger bench: {}\n", mysql_error(handle));
      std::exit(1);
    }
    send("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED");
  }

  double rate(std::size_t batch, double seconds) {
    std::size_t rows = 0;
    double spent = 0;
    while (spent < seconds) {
      std::vector<std::string> packets;
      for (std::size_t i = 0; i < std::max<std::size_t>(1, 512 / batch); ++i) prepare(batch, packets);
      const auto began = Clock::now();
      for (const auto& packet : packets) send(packet);
      spent += std::chrono::duration<double>(Clock::now() - began).count();
      rows += packets.size() * batch;
    }
    return static_cast<double>(rows) / spent;
  }

 private:
  void prepare(std::size_t size, std::vector<std::string>& packets) {
    dispatch::Batch batch;
    std::unordered_map<Conversation, dispatch::Head> heads;
    for (std::size_t i = 0; i < size; ++i) {
      auto draft = sends_.next();
      auto message = std::make_shared<Message>(std::move(draft.message));
      const auto shard = shard_of(message->conversation);
      if (std::ranges::find(batch.fences, shard, &dispatch::Fence::shard) == batch.fences.end())
        batch.fences.push_back({.shard = shard, .epoch = 1, .position = positions_[shard]});
      message->seq = ++seqs_[message->conversation];
      message->time = 1'800'000'000'000;
      heads[message->conversation] = {.seq = message->seq, .time = message->time};
      batch.sent.push_back({.once = draft.once,
                            .fingerprint = draft.fingerprint,
                            .id = message->id,
                            .seq = message->seq,
                            .time = message->time});
      batch.log.push_back({.shard = shard, .position = ++positions_[shard], .message = std::move(message)});
    }
    batch.heads.assign(heads.begin(), heads.end());
    packets.push_back(mysql::commit_packet(batch));
  }
  void send(const std::string& packet) {
    auto* const handle = handle_.get();
    int more = mysql_real_query(handle, packet.data(), packet.size());
    while (more == 0) {
      mysql_free_result(mysql_store_result(handle));
      more = mysql_next_result(handle);
    }
    if (more < 0) return;
    fmt::print(stderr, "ledger bench: {}\n", mysql_error(handle));
    std::exit(1);
  }

  Scratch scratch_{"bare"};
  std::unique_ptr<MYSQL, decltype(&mysql_close)> handle_{mysql_init(nullptr), &mysql_close};
  Sends sends_{1};
  std::array<Position, kShards> positions_{};
  std::unordered_map<Conversation, Seq> seqs_;
};

/// The ledger as a dispatcher has it, and as many senders as are in flight.
class Numbered {
 public:
  double rate(std::size_t in_flight, double seconds) {
    stopping_ = false;
    done_ = 0;
    running_ = in_flight;
    const auto began = Clock::now();
    for (std::size_t i = 0; i < in_flight; ++i) senders_.post([this] { spawn(send_on()); });
    std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
    const auto done = done_.load();
    const std::chrono::duration<double> spent = Clock::now() - began;
    stopping_ = true;
    while (running_ > 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return static_cast<double>(done) / spent.count();
  }

 private:
  Task<void> send_on() {
    while (!stopping_) {
      must(co_await dispatcher_.sequencer.number(sends_.next()));
      ++done_;
    }
    --running_;
  }

  NoBroker broker_;
  Worker senders_{"senders"};
  Dispatcher dispatcher_{"sequencer", broker_};
  Sends sends_{2};
  std::atomic<bool> stopping_{false};
  std::atomic<std::size_t> done_{0}, running_{0};
};

void run(double seconds, int rounds) {
  Bare bare;
  Numbered numbered;
  fmt::print("{:>9} {:>12} {:>12} {:>7}\n", "in flight", "sequencer/s", "bare/s", "ratio");
  for (const std::size_t in_flight : {1U, 16U, 64U, 256U}) {
    std::vector<double> ours, theirs, ratios;
    for (int round = 0; round < rounds; ++round) {
      theirs.push_back(bare.rate(in_flight, seconds));
      ours.push_back(numbered.rate(in_flight, seconds));
      ratios.push_back(ours.back() / theirs.back());
    }
    fmt::print("{:>9} {:>12.0f} {:>12.0f} {:>7.2f}\n", in_flight, median(ours), median(theirs), median(ratios));
  }
}

/// The limit of a send through a whole house: transactions of so many messages, one after the other.
void run_bare(std::size_t batch, double seconds) {
  const auto rate = Bare().rate(batch, seconds);
  fmt::print("bare_commit batch={} per_second={:.0f} transaction_ms={:.3f}\n", batch, rate,
             static_cast<double>(batch) / rate * 1e3);
}

}  // namespace
}  // namespace godwit::bench

int main(int argc, char** argv) {
  if (argc == 4 && std::string_view(argv[1]) == "bare")
    godwit::bench::run_bare(std::strtoul(argv[2], nullptr, 10), std::atof(argv[3]));
  else
    godwit::bench::run(argc > 1 ? std::atof(argv[1]) : 3.0, argc > 2 ? std::atoi(argv[2]) : 3);
}
