#pragma once
#include <array>
#include <chrono>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "base/executor.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "bus/applied_positions.hpp"
#include "bus/committed_rows.hpp"
#include "service/broker.hpp"
#include "service/dead_letters.hpp"
#include "service/sequencer.hpp"
#include "wire/log_page.hpp"

namespace godwit::bus {

/// dispatch::Bus for a process that consumes from a broker, beside any number of others that do. A page is handed to
/// the topic's handler, then counted as applied, then acknowledged: whatever dies in between, it comes again.
/// Everything runs on `executor`; the contract's calls may come from any thread.
class BrokerBus final : public dispatch::Bus {
 public:
  struct Settings {
    std::size_t deliveries = 16;  ///< taken at a time, and handed over as one batch
    std::chrono::milliseconds wait{5000}, invisible{30'000};
    std::chrono::milliseconds idle{20}, away{1000};    ///< before asking again: nothing was there; the broker was not
    std::chrono::milliseconds patience{300}, look{5};  ///< of a reader; how often it is looked for what it waits for
    std::chrono::milliseconds gather{20};  ///< between two questions: whoever comes meanwhile asks with the next
    int tries = 3;      ///< of a batch that the handler finds unavailable, before its messages are tried one by one
    int refusals = 10;  ///< of one message alone, while others are taken: then it is a dead letter
    std::chrono::milliseconds pause{100};    ///< between two tries
    std::chrono::milliseconds stalled{400};  ///< how long what is committed may wait for the broker
  };
  struct Ports {
    dispatch::Broker& broker;
    AppliedPositions& applied;
    dispatch::DeadLetters& dead_letters;
    sequencer::Service& sequencer;
    Executor& executor;
    CommittedRows* rows = nullptr;  ///< read where the broker keeps a consumer waiting; null: it is waited for
  };
  BrokerBus(Ports ports, Settings settings, Log& log, Metrics& metrics);

  void consume(dispatch::Topic topic, Handler handler) override;
  void start() override;
  /// Begins nothing more; `finish` says when all has ended.
  void stop() override;
  Task<void> finish();

  /// Comes back when all processes of the topic together have written everything that was answered before the call.
  /// unavailable after `patience`: what is missing may then be read by `tail`. At once where nobody can say how far
  /// they are, until it is known again.
  Task<Result<void>> settled(dispatch::Topic topic) override;
  Task<bool> caught_up(dispatch::Topic topic) override;
  Task<Result<std::vector<MessagePtr>>> tail(dispatch::Stretch stretch) override;
  /// As of the last time that anybody asked.
  [[nodiscard]] std::uint64_t lag(dispatch::Topic topic) const override;

 private:
  using Positions = std::vector<Position>;
  using Done = std::move_only_function<void(Result<void>)>;
  struct Reader {
    dispatch::Topic topic = dispatch::Topic::store;
    bool once = false;        // it wants the first look's answer
    std::uint64_t until = 0;  // the last tick that it waits for
    Done done;
    std::shared_ptr<const Positions> committed;  // what it waits for
  };
  struct Taken {  // a body's pages, and what names this delivery of it
    std::vector<wire::LogPage> pages;
    std::string receipt;
  };
  using Place = std::pair<dispatch::Topic, std::pair<Shard, Position>>;

  // broker_bus.cpp: readers
  Task<Result<void>> wait_for(dispatch::Topic topic, bool once);
  Task<void> serve();
  Task<void> watch();
  void give_up_late_ones();
  Task<void> ask();
  Task<void> look_at(dispatch::Topic topic);
  Task<Result<Positions>> read_applied(dispatch::Topic topic);
  void count(Task<void> task);

  // catch_up.cpp
  Task<void> catch_up(dispatch::Topic topic);
  Task<void> catch_up(dispatch::Topic topic, Shard shard, Position after, Position up_to);

  // consume_pages.cpp
  Task<void> run(dispatch::Topic topic);
  Task<void> take(dispatch::Topic topic, std::vector<dispatch::Delivery> deliveries);
  Task<bool> hand_over(dispatch::Topic topic, const std::vector<MessagePtr>& messages);
  Task<bool> sift(dispatch::Topic topic, const wire::LogPage& page);
  Task<bool> put_aside(dispatch::Topic topic, const wire::LogPage& page, std::size_t at, std::string reason);
  Task<bool> put_body_aside(dispatch::Topic topic, std::string body, std::string wrong);
  Task<bool> put_broken_aside(dispatch::Topic topic, const std::vector<wire::LogPage>& pages);
  Task<void> acknowledge(dispatch::Topic topic, const std::vector<Taken>& done);

  Ports ports_;
  const Settings settings_;
  Log& log_;
  Counter& pages_;
  Counter& unreadable_;
  Counter& caught_up_;
  std::array<Handler, 2> handlers_;
  std::map<Place, int> refusals_;
  std::vector<Reader> asking_, waiting_;
  std::array<Positions, 2> applied_;  // as last heard: 0 again where it was lost
  Positions committed_;               // the same; they only grow
  std::array<bool, 2> unknown_{};     // how far it is applied could not be read the last time
  std::array<std::atomic<std::uint64_t>, 2> lag_{};
  std::atomic<bool> stopping_{false};
  std::uint64_t ticks_ = 0;
  bool serving_ = false, watching_ = false;
  std::size_t running_ = 0;
};

}  // namespace godwit::bus
