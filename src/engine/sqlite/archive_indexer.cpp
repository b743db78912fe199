#include <algorithm>
#include <chrono>

#include "engine/sqlite/archive_engine.hpp"

namespace godwit::engine::sqlite {
namespace {
using SteadyClock = std::chrono::steady_clock;
constexpr auto kReportEvery = std::chrono::seconds(10);
constexpr auto kAfterFailure = std::chrono::seconds(5);
constexpr auto kGivingWay = std::chrono::milliseconds(1);
}  // namespace

/// A piece, and then as long a pause: half of the time is for others even where there is one core.
void SqliteArchive::make_index(const std::stop_token& stop) {
  const auto pause = [&](SteadyClock::duration time) {
    std::unique_lock lock(pause_mutex_);
    pause_.wait_for(lock, stop, time, [] { return false; });
  };
  const auto began = SteadyClock::now();
  auto reported = began;
  bool told = false;
  while (!stop.stop_requested()) {
    const auto before = SteadyClock::now();
    const auto more = index_piece();
    const auto now = SteadyClock::now();
    if (!more) {
      log_.error("search_index_failed", {{"reason", more.error().detail}});
      pause(kAfterFailure);
      continue;
    }
    if (!*more) break;
    if (!told || now - reported >= kReportEvery) {
      log_.info("search_index_being_made", {{"messages_left", unindexed()}});
      told = true, reported = now;
    }
    pause(now - before);
    while (puts_.load(std::memory_order_relaxed) > 0 && !stop.stop_requested()) pause(kGivingWay);
  }
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(SteadyClock::now() - began);
  if (told && !stop.stop_requested()) log_.info("search_index_made", {{"ms", took.count()}});
}

/// False: the index is whole, and nothing of an older one is left.
Result<bool> SqliteArchive::index_piece() {
  CHECK_OK(count_unindexed());
  const std::scoped_lock lock(writer_mutex_);
  TRY(const bool more, writer_.index_older(settings_.index_piece));
  note_index();
  return more;
}

/// On a connection of its own, so that nobody waits for it.
Result<void> SqliteArchive::count_unindexed() {
  {
    const std::scoped_lock lock(writer_mutex_);
    if (writer_.index().whole() || writer_.index().remaining >= 0) return {};
  }
  TRY(auto connection, open_archive_reader(settings_.path));
  TRY(const auto messages, count_messages(connection));
  const std::scoped_lock lock(writer_mutex_);
  CHECK_OK(writer_.index_counted(messages));
  note_index();
  return {};
}

void SqliteArchive::note_index() {
  const auto& state = writer_.index();
  unindexed_.store(state.whole() ? 0 : std::max<std::int64_t>(1, state.remaining), std::memory_order_relaxed);
}

}  // namespace godwit::engine::sqlite
