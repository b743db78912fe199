#include "dispatch/routed_ledger.hpp"

namespace godwit::dispatch {

using std::chrono::milliseconds;

namespace {
constexpr int kAsked = 24;               // how often an owner is looked for
constexpr milliseconds kPause{100};      // where two name each other, or the one named cannot be reached
}  // namespace

Task<Result<Published>> RoutedLedger::append(Draft draft) {
  auto* asked = &here_;
  auto* const home = Executor::current();  // where the caller goes on
  for (int i = 0; i < kAsked; ++i) {
    auto answer = co_await asked->number(draft);
    if (!answer) co_return std::unexpected(std::move(answer).error());
    if (auto* published = std::get_if<Published>(&*answer)) co_return std::move(*published);
    auto* next = peers_.at(std::get<Dispatcher>(*answer));
    // The first hint is mostly right; one that leads back is of somebody who has not heard yet.
    if (next == nullptr || i > 0) co_await sleep_for(home != nullptr ? *home : executor_, kPause);
    asked = next == nullptr || next == asked ? &here_ : next;
  }
  co_return std::unexpected(
      Error{.code = Code::unavailable, .detail = "nobody numbers this conversation right now", .retry_after_s = 1});
}

Task<Result<std::optional<Published>>> RoutedLedger::find(const std::string& once) {
  CO_TRY(const auto known, co_await store_.look_up({.sent = {once}, .heads = {}, .shards = false}));
  if (known.sent.empty()) co_return std::nullopt;
  const auto& first = known.sent.front();
  co_return Published{.id = first.id, .seq = first.seq, .time = first.time, .repeated = true};
}

}  // namespace godwit::dispatch
