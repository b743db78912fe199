#pragma once
#include <array>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "dispatch/ledger_store.hpp"

namespace godwit::dispatch {

/// One store of several, each with shards of its own: a batch is one transaction of one of them. A member attends in
/// all; who is there in any of them is there. Where some are away, the others go on: the roll then says of the shards
/// of those what it said last, so nobody is given one. The first roll needs all, and so does whoever asks for the
/// positions of all shards, or for a `once` without its part. Thread-safe.
class PartedLedgerStore : public LedgerStore {
 public:
  /// Which of the parts each shard lies in.
  using Map = std::array<std::size_t, kShards>;
  PartedLedgerStore(std::vector<std::reference_wrapper<LedgerStore>> parts, const Map& map);

  /// The shards in as many ranges as there are parts, as even as they come.
  [[nodiscard]] static Map even(std::size_t parts);

  [[nodiscard]] std::size_t part_of(Shard shard) const override { return map_[shard]; }
  Task<Result<Roll>> attend(Attendance attendance) override;
  Task<Result<Known>> look_up(LookUp what) override;
  Task<Result<Outcome>> commit(Batch batch) override;
  Task<Result<std::vector<LogRow>>> rows(Shard shard, Position after, std::size_t limit) override;
  Task<Result<std::vector<MessagePtr>>> tail(Stretch stretch) override;
  Task<Result<std::vector<Stay>>> stays(StaysOf whose) override;
  Task<Result<void>> set_relayed(std::vector<std::pair<Shard, Position>> positions) override;
  /// `limit` of each part.
  Task<Result<std::size_t>> trim(Millis log_before, Millis sent_before, std::size_t limit) override;

 private:
  template <class T, class Call>
  Task<std::vector<Result<T>>> ask_all(Call call);
  [[nodiscard]] LookUp share_of(const LookUp& what, std::size_t part) const;
  Result<Roll> merged(std::vector<Result<Roll>> rolls);

  const std::vector<std::reference_wrapper<LedgerStore>> parts_;
  const Map map_;
  std::mutex mutex_;
  std::vector<std::optional<Roll>> last_;  ///< of each part
};

}  // namespace godwit::dispatch
