#include "inbox/write_behind.hpp"

#include <algorithm>
#include <utility>

namespace godwit::inbox {

using offline::Positions;
using std::chrono::milliseconds;

WriteBehind::WriteBehind(Positions& positions, Executor& executor, Settings settings, Log& log, Metrics& metrics)
    : positions_(positions),
      executor_(executor),
      settings_(settings),
      log_(log),
      written_(metrics.counter("godwit_positions_written_total", "Cursors and read positions that were kept.")) {
  metrics.queue({.name = "positions-behind",
                 .metric = "godwit_positions_waiting",
                 .help = "Cursors and read positions that are not kept yet.",
                 .labels = {},
                 .bound = settings.most,
                 .depth = [this] { return waiting(); }});
}

void WriteBehind::start() {
  executor_.post([this] {
    running_ = true;
    spawn(run());
  });
}

Task<void> WriteBehind::run() {
  bool failed = false;
  while (!stopping_.load()) {
    co_await sleep_for(executor_, settings_.every);
    const bool written = co_await flush();
    if (!written && !std::exchange(failed, true)) log_.warn("positions_wait", {{"positions", waiting()}});
    if (written) failed = false;
  }
  running_ = false;
}

void WriteBehind::keep(const Positions::Move& move) {
  auto& seq = moves_[{move.user, move.device, move.conversation}];
  seq = std::max(seq, move.seq);
}

bool WriteBehind::note(std::vector<Positions::Move> moves) {
  std::lock_guard lock(mutex_);
  if (moves_.size() + moves.size() > settings_.most) return false;
  for (const auto& move : moves) keep(move);
  waiting_.store(moves_.size(), std::memory_order_relaxed);
  return true;
}

Task<bool> WriteBehind::flush() {
  std::vector<Positions::Move> batch;
  {
    std::lock_guard lock(mutex_);
    for (const auto& [key, seq] : moves_)
      batch.push_back(
          {.user = std::get<0>(key), .device = std::get<1>(key), .conversation = std::get<2>(key), .seq = seq});
    moves_.clear();
  }
  if (batch.empty()) co_return true;
  const auto done = co_await positions_.move(batch);
  std::lock_guard lock(mutex_);
  if (done)
    written_.add(batch.size());
  else
    for (const auto& move : batch) keep(move);
  waiting_.store(moves_.size(), std::memory_order_relaxed);
  co_return done.has_value();
}

Task<void> WriteBehind::finish() {
  stopping_.store(true);
  co_await resume_on(executor_);
  while (running_) co_await sleep_for(executor_, milliseconds(10));
  if (!co_await flush()) log_.error("positions_not_kept", {{"positions", waiting()}});
}

}  // namespace godwit::inbox
