#pragma once
#include <array>
#include <map>
#include <mutex>
#include <string>
#include <unordered_map>

#include "base/clock.hpp"
#include "dispatch/ledger_store.hpp"

namespace godwit::memory {

/// dispatch::LedgerStore in memory: what a database does, without one. Any number of sequencers, of one process or of
/// many simulated ones, share one. `name` is its Roll::store; `clock` is the store's, which leases run on.
class LedgerStore final : public dispatch::LedgerStore {
 public:
  LedgerStore(const Clock& clock, std::string name);

  Task<Result<dispatch::Roll>> attend(dispatch::Attendance attendance) override;
  Task<Result<dispatch::Known>> look_up(dispatch::LookUp what) override;
  Task<Result<dispatch::Outcome>> commit(dispatch::Batch batch) override;
  Task<Result<std::vector<dispatch::LogRow>>> rows(Shard shard, Position after, std::size_t limit) override;
  Task<Result<std::vector<MessagePtr>>> tail(dispatch::Stretch stretch) override;
  Task<Result<std::vector<dispatch::Stay>>> stays(dispatch::StaysOf whose) override;
  Task<Result<void>> set_relayed(std::vector<std::pair<Shard, Position>> positions) override;
  Task<Result<std::size_t>> trim(Millis log_before, Millis sent_before, std::size_t limit) override;

 private:
  struct Lease {
    std::string address;
    Millis until = 0;
  };
  struct Row {
    Conversation conversation;
    Seq seq;
  };
  struct Log {  // of a conversation
    dispatch::Head head;
    std::map<Seq, MessagePtr> messages;
    std::map<std::pair<UserKey, std::uint64_t>, Millis> stays;  // by place
  };

  // all below: with the mutex
  /// Who is there no more. A clock that is set back makes no lease longer.
  void end_leases(Millis now);
  [[nodiscard]] bool free_for(const dispatch::ShardState& shard, const std::string& member) const;
  [[nodiscard]] dispatch::Outcome judge(const dispatch::Batch& batch) const;
  std::size_t trim_log(std::map<Position, Row>& rows, Position relayed, Millis before, std::size_t limit);

  const Clock& clock_;
  const std::string name_;
  std::mutex mutex_;
  std::map<std::string, Lease> members_;
  Millis last_now_ = 0;
  std::array<dispatch::ShardState, kShards> shards_;
  std::array<std::map<Position, Row>, kShards> rows_;
  std::unordered_map<Conversation, Log> conversations_;
  std::unordered_map<std::string, dispatch::Sent> sent_;
};

}  // namespace godwit::memory
