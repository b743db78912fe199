#pragma once
#include <array>
#include <atomic>
#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/executor.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "dispatch/ledger_store.hpp"
#include "service/broker.hpp"

namespace godwit::dispatch {

/// Carries what a sequencer committed to both topics of the broker: a shard's rows in pages, one page of a shard at a
/// time, the pages of many shards as one body: a broker's messages are scarce, their bytes are not. A shard's `relayed`
/// moves in the store after both topics said that they have the page; so whatever dies in between is sent again, and
/// nothing is left out. Rows that do not fit into memory are read from the store when their turn comes. All of it runs
/// on `executor`; so must every call.
class Relay {
 public:
  struct Settings {
    std::size_t body_records = 256, body_bytes = 256 * 1024;
    std::size_t bodies_at_once = 4;                                ///< on their way to the broker; all but one are full
    std::chrono::milliseconds gathering{20};                       ///< between two that are not full
    std::size_t rows_kept = 16'384;                                ///< in memory, of all shards
    std::size_t backlog = 100'000;                                 ///< rows that may wait before sends are refused
    std::chrono::milliseconds least_pause{100}, most_pause{2000};  ///< after a failure
    std::chrono::milliseconds moving{50};  ///< how long positions are gathered before they are written
  };
  Relay(LedgerStore& store, Broker& broker, Executor& executor, Settings settings, Log& log, Metrics& metrics);

  /// The shard is this process's from now on: everything above `relayed` up to `position` is still to be carried.
  void take(Shard shard, Position relayed, Position position);
  /// The shard's next row was committed.
  void add(const LogRow& row);
  /// The shard is another's: what is on its way may end, nothing more begins.
  void drop(Shard shard);

  /// Rows that wait: committed here, and not yet known to be on both topics. Any thread.
  [[nodiscard]] std::size_t backlog() const noexcept { return backlog_.load(std::memory_order_relaxed); }
  [[nodiscard]] bool full() const noexcept { return backlog() >= settings_.backlog; }
  /// Comes back when nothing runs any more; nothing begins after the call.
  Task<void> stop();

 private:
  struct Lane {  // a shard's
    Position relayed = 0, position = 0;
    std::deque<MessagePtr> rows;  // the ones after `relayed`, or none where they must be read
    bool running = false;
  };
  using LanePtr = std::shared_ptr<Lane>;
  struct Page {  // what of a lane is in the body that is on its way
    Shard shard = 0;
    LanePtr lane;
    Position first = 0;
    std::size_t count = 0;
    std::vector<MessagePtr> rows{};  // until the body is made
  };
  using Pages = std::vector<Page>;

  [[nodiscard]] bool may_begin() const;
  void run_more();
  [[nodiscard]] Pages take_ready();
  Task<void> gather();
  Task<void> run(Pages pages);
  Task<void> rest(Page page);
  void give_back(const Page& page);
  Task<std::string> next_body(Pages& pages);
  Task<bool> read(Page& page);
  std::size_t add_page(Page& page, std::string& body, std::size_t room);
  Task<bool> carry(const Pages& pages, const std::string& body);
  Task<bool> send(Topic topic, const Pages& pages, const std::string& body);
  void carried(const Page& page);
  void forget_rows(Lane& lane, std::size_t count);
  Task<void> move_positions();

  LedgerStore& store_;
  Broker& broker_;
  Executor& executor_;
  const Settings settings_;
  Log& log_;
  Counter& pages_;
  Counter& bodies_;
  Counter& failures_;

  std::array<LanePtr, kShards> lanes_;
  std::deque<Shard> ready_;  // shards with rows, and no page on its way
  bool beginning_ = false;   // bodies are about to be made of them
  bool gathering_ = false;   // a body began a moment ago
  std::size_t running_ = 0, resting_ = 0, kept_ = 0;
  std::atomic<std::size_t> backlog_{0};
  std::map<Shard, Position> moved_;  // positions that the store does not know yet
  bool moving_ = false, stopping_ = false;
};

}  // namespace godwit::dispatch
