#pragma once
#include <array>
#include <memory>

#include "base/metrics.hpp"
#include "service/bus.hpp"
#include "engine/rocksdb/committer.hpp"
#include "engine/rocksdb/consumer.hpp"

namespace godwit::rocks {

/// dispatch::Bus on the log that the ledger writes: a thread a topic, and one that keeps house: writes the cursors
/// (late, never with a sync of its own), trims what both topics took, and ends calls of `settled` that waited too long.
class RocksdbBus final : public dispatch::Bus, public Participant {
 public:
  RocksdbBus(Store& store, Committer& committer, Recent& recent, dispatch::DeadLetters& dead_letters,
             const Settings& settings, Log& log, Metrics& metrics);
  ~RocksdbBus() override { stop(); }

  /// Finds the ends of the log and the cursors. Before `start` and before the first append.
  [[nodiscard]] Result<void> load();

  void consume(dispatch::Topic topic, Handler handler) override;
  void start() override;
  void stop() override;
  /// Of the offline topic at once while the store takes no writes: its readers are given what is `untaken`.
  Task<Result<void>> settled(dispatch::Topic topic) override;
  /// Gives one message to the topic's handler, between two batches; its answer. unavailable where no consumer runs.
  Task<Result<void>> hand_again(dispatch::Topic topic, MessagePtr message);
  [[nodiscard]] std::uint64_t lag(dispatch::Topic topic) const override;

  /// Of the log's last message, as `load` found it; 0: none.
  [[nodiscard]] Millis newest_time() const noexcept { return newest_time_; }
  /// The offline topic goes back to the cursor that survived (its entries were not synced); the archive keeps its own.
  Result<void> reopened() override;

  /// What the offline topic has not taken, while it cannot, and until it has after that. Empty otherwise. Any thread.
  [[nodiscard]] Result<std::vector<MessagePtr>> untaken() const;

  /// While one lives nothing is trimmed: what is copied meanwhile can be replayed on top of the copy.
  class Hold {
   public:
    explicit Hold(std::atomic<int>& holds) : holds_(&holds) { ++holds; }
    Hold(Hold&& other) noexcept : holds_(std::exchange(other.holds_, nullptr)) {}
    Hold& operator=(Hold&&) = delete;
    ~Hold() {
      if (holds_ != nullptr) --*holds_;
    }

   private:
    std::atomic<int>* holds_;
  };
  [[nodiscard]] Hold hold_trim() { return Hold(holds_); }

  /// The topic's handler will see all that the log still has. Between `load` and `start`.
  void rewind(dispatch::Topic topic) { at(topic).begin_at(trimmed_); }

 private:
  [[nodiscard]] Consumer& at(dispatch::Topic topic) const { return *consumers_[static_cast<std::size_t>(topic)]; }
  [[nodiscard]] Result<std::optional<Offset>> load_cursor(const Consumer& consumer);
  struct Ends {  // of the log, and where the topics were
    Offset first = 0, end = 0;
    Millis newest = 0;
    std::array<std::optional<Offset>, 2> cursors;
  };
  [[nodiscard]] Result<Ends> find_ends();
  void keep_house();
  bool write_cursors();
  void nudge();

  Store& store_;
  Committer& committer_;
  Recent& recent_;
  const Settings settings_;
  std::array<std::unique_ptr<Consumer>, 2> consumers_;
  std::array<Handler, 2> handlers_;
  std::mutex house_mutex_;           // guards the two below
  std::array<Offset, 2> written_{};  // the cursors as the store has them
  Offset trimmed_ = 0;               // the log's first offset
  Millis newest_time_ = 0;
  std::atomic<int> holds_{0};
  std::atomic<Offset> catch_up_to_{0};  // what the log held when the store was opened again

  std::mutex mutex_;
  std::condition_variable nudged_;
  bool stopping_ = false, dirty_ = false, idle_ = true;
  std::thread keeper_;
};

}  // namespace godwit::rocks
