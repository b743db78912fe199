#pragma once
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <expected>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/worker.hpp"
#include "dispatch/sequencer.hpp"
#include "engine/mysql/connection.hpp"
#include "engine/mysql/ledger_store.hpp"

/// What the measures share that run the ledger in their own process, on a database.
namespace godwit::bench {

constexpr std::size_t kConversations = 32'000, kTextBytes = 200;

/// Sends of many people to many, none twice.
class Sends {
 public:
  explicit Sends(unsigned seed) : random_(seed), run_(std::to_string(seed)) {}
  dispatch::Draft next() {
    dispatch::Draft draft;
    auto& message = draft.message;
    const auto pair = random_() % kConversations;
    message.sender = fmt::format("sender{}", pair % 997);
    message.receiver = fmt::format("receiver{}", pair);
    message.conversation = Conversation::direct(UserKey(message.sender), UserKey(message.receiver));
    message.client_id = fmt::format("{}-{:08}", run_, ++count_);
    message.sender_device = DeviceId("device-1");
    message.text = std::string(kTextBytes, 'x');
    message.id = make_message_id(message.sender, message.receiver, 1'800'000'000'000, message.client_id, "");
    draft.once = "m/" + message.sender + "/" + message.client_id;
    draft.fingerprint = std::string(16, 'f');
    return draft;
  }

 private:
  std::mt19937_64 random_;
  std::string run_;
  std::uint64_t count_ = 0;
};

inline mysql::Settings server() {
  const auto of = [](const char* name) { return std::string(std::getenv(name) != nullptr ? std::getenv(name) : ""); };
  return {.address = of("LIVE_MYSQL"),
          .user = of("LIVE_MYSQL_USER"),
          .password = of("LIVE_MYSQL_PASSWORD"),
          .database = ""};
}

template <class T, class E>
T must(std::expected<T, E> result) {
  if (result) {
    if constexpr (std::is_void_v<T>)
      return;
    else
      return std::move(*result);
  }
  if constexpr (std::is_same_v<E, Error>)
    fmt::print(stderr, "ledger bench: {}\n", result.error().detail);
  else
    fmt::print(stderr, "ledger bench: {}\n", result.error().words);
  std::exit(1);
}

/// Databases, dropped at the end.
class Scratch {
 public:
  explicit Scratch(const std::string& name) {
    settings.database = fmt::format("godwit_bench_{}_{}", name, ::getpid());
    must(must(mysql::Connection::open(server())).run("CREATE DATABASE " + settings.database));
    store = must(mysql::LedgerStore::open(settings, random, log, metrics));
  }
  /// By a new connection: one that was idle for a minute is gone.
  ~Scratch() { must(must(mysql::Connection::open(server())).run("DROP DATABASE " + settings.database)); }

  mysql::Settings settings = server();
  SystemRandom random;
  Log log{::open("/dev/null", O_WRONLY | O_CLOEXEC)};
  Metrics metrics;
  std::unique_ptr<mysql::LedgerStore> store;
};

inline double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

/// A broker to send to: nobody reads from it.
class SendingBroker : public dispatch::Broker {
 public:
  Task<Result<std::vector<dispatch::Delivery>>> receive(dispatch::Topic, std::size_t, std::chrono::milliseconds,
                                                        std::chrono::milliseconds) override {
    co_return std::vector<dispatch::Delivery>{};
  }
  Task<Result<void>> acknowledge(dispatch::Topic, std::vector<std::string>) override { co_return Result<void>{}; }
};

/// A dispatcher's sequencer and relay, which own every shard of a database of their own.
struct Dispatcher {
  Dispatcher(const std::string& name, dispatch::Broker& broker)
      : scratch(name), relay(*scratch.store, broker, numbering, {}, scratch.log, scratch.metrics) {
    sequencer.start();
    while (sequencer.owned() < kShards) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  ~Dispatcher() { sync_wait(sequencer.stop()); }

  Scratch scratch;
  SystemClock clock;
  Worker numbering{"sequencer"};
  dispatch::Relay relay;
  dispatch::Sequencer sequencer{{.store = *scratch.store, .relay = relay, .executor = numbering},
                                {.name = "bench", .address = ""},
                                {},
                                clock,
                                scratch.log,
                                scratch.metrics};
};

}  // namespace godwit::bench
