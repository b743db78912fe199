#pragma once
#include <functional>
#include <map>
#include <mutex>

#include "base/metrics.hpp"
#include "base/pool.hpp"
#include "engine/rocksdb/committer.hpp"
#include "service/dead_letters.hpp"

namespace godwit::rocks {

/// dispatch::DeadLetters in the family `meta`. Which letters there are is known in memory, their records are on disk.
class RocksdbDeadLetters final : public dispatch::DeadLetters {
 public:
  using Place = dispatch::DeadLetter::Place;
  /// Gives a message to a topic's handler, on the topic's thread.
  using HandOver = std::function<Task<Result<void>>(dispatch::Topic, MessagePtr)>;

  RocksdbDeadLetters(Store& store, Committer& committer, Pool& reads, const Clock& clock, Log& log, Metrics& metrics,
                     HandOver hand_over);

  /// Finds the letters. Before anything else.
  [[nodiscard]] Result<void> load();

  Task<Result<void>> add(dispatch::DeadLetter letter) override;
  Task<Result<std::vector<dispatch::DeadLetter>>> list(std::optional<Place> after, std::size_t limit) override;
  Task<Result<void>> replay(Place place) override;
  Task<Result<void>> drop(Place place) override;
  [[nodiscard]] std::size_t size() const override;

 private:
  enum class Room : std::uint8_t { taken, made, none };
  struct Counters {
    Counter &added, &lost;
  };
  [[nodiscard]] Room make_room(const Place& place, std::size_t bytes);
  void forget(const Place& place);
  [[nodiscard]] bool has(const Place& place) const;
  [[nodiscard]] std::size_t count(dispatch::Topic topic) const;
  [[nodiscard]] Result<dispatch::DeadLetter> read(const Place& place);
  [[nodiscard]] const Counters& counters(dispatch::Topic topic) const {
    return counters_[static_cast<std::size_t>(topic)];
  }

  Store& store_;
  Committer& committer_;
  Pool& reads_;
  const Clock& clock_;
  Log& log_;
  const HandOver hand_over_;
  std::vector<Counters> counters_;  // by topic

  mutable std::mutex mutex_;
  std::map<Place, std::size_t> kept_;  // what is there or being written → its bytes
  std::size_t bytes_ = 0;
};

/// "store" or "offline".
[[nodiscard]] std::string_view name_of(dispatch::Topic topic);

}  // namespace godwit::rocks
