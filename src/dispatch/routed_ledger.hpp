#pragma once
#include "base/executor.hpp"
#include "dispatch/ledger.hpp"
#include "dispatch/ledger_store.hpp"

namespace godwit::dispatch {

/// The ledger as a dispatcher sees it where shards have owners: a draft goes to the sequencer that owns its shard, here
/// or elsewhere. Whoever is asked in vain says who is right.
class RoutedLedger final : public Ledger {
 public:
  RoutedLedger(sequencer::Service& here, sequencer::Peers& peers, LedgerStore& store, Executor& executor)
      : here_(here), peers_(peers), store_(store), executor_(executor) {}

  Task<Result<Published>> append(Draft draft) override;
  Task<Result<std::optional<Published>>> find(const std::string& once) override;

 private:
  sequencer::Service& here_;
  sequencer::Peers& peers_;
  LedgerStore& store_;
  Executor& executor_;  ///< where those sleep between two tries who come from no executor
};

}  // namespace godwit::dispatch
