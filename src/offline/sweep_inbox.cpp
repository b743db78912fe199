#include "offline/role.hpp"

namespace godwit::offline {
namespace {

Task<void> sweep_once(std::shared_ptr<OfflineRole*> self, bool& done) {
  const auto round_done = co_await (*self)->sweep();
  done = !round_done || *round_done;  // an error waits for the next round, too
}

Task<void> sweep_for_ever(std::shared_ptr<OfflineRole*> self, Executor& executor, std::chrono::milliseconds pause) {
  constexpr std::chrono::milliseconds kBetweenSteps(20);
  for (bool done = true;;) {
    co_await sleep_for(executor, done ? pause : kBetweenSteps);
    if (*self == nullptr) co_return;
    co_await sweep_once(self, done);
  }
}

}  // namespace

Task<Result<bool>> OfflineRole::sweep() {
  CO_TRY(const auto step, co_await timeline_.expire(alive_since(), settings_.sweep_conversations));
  expired_.add(step.dropped);
  swept_ += step.dropped;
  if (step.round_done && swept_ > 0) log_.info("inbox_swept", {{"dropped", std::exchange(swept_, 0)}});
  co_return step.round_done;
}

void OfflineRole::start_sweeping(Executor& executor) { spawn(sweep_for_ever(self_, executor, settings_.sweep_every)); }

}  // namespace godwit::offline
