#pragma once
#include <utility>

#include "bus/committed_rows.hpp"
#include "dispatch/ledger_store.hpp"

namespace godwit::app {

/// The ledger's rows, as a consumer reads them.
class LedgerRows final : public bus::CommittedRows {
 public:
  explicit LedgerRows(dispatch::LedgerStore& store) : store_(store) {}
  Task<Result<Found>> rows(Shard shard, Position after, std::size_t limit) override {
    CO_TRY(auto rows, co_await store_.rows(shard, after, limit));
    Found found;
    if (!rows.empty()) found.first = rows.front().position;
    for (auto& row : rows) found.messages.push_back(std::move(row.message));
    co_return found;
  }

 private:
  dispatch::LedgerStore& store_;
};

}  // namespace godwit::app
