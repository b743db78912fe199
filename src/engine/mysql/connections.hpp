#pragma once
#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/log.hpp"
#include "base/pool.hpp"
#include "engine/mysql/connection.hpp"

namespace godwit::mysql {

/// Threads that speak to one database, each with a connection while it works: what blocks there holds up nobody here.
/// Connections are made when they are needed, and again when they were lost. A database that cannot be reached is tried
/// every 250 ms, and whoever asks in between is told at once. Thread-safe.
class Connections {
 public:
  /// `name`: of the threads. `capacity`: how much work may wait; what is above it is unavailable at once.
  Connections(std::string_view name, std::size_t threads, std::size_t capacity, Settings settings, Log& log);

  /// Runs `work`, `Answer<T>(Connection&)`, on one of the threads, and goes on on the caller's executor. What is
  /// `contended` is rolled back and run again, twice at most; any other failure is rolled back and becomes the error.
  /// Work that has waited for as long as an answer may take is not begun, nor begun again: unavailable. So what is one
  /// packet is answered within three times the time-outs of connecting and answering together.
  template <class Work, class T = typename std::invoke_result_t<Work&, Connection&>::value_type>
  Task<Result<T>> run(Work work, std::string lane = {}) {
    const auto late = std::chrono::steady_clock::now() + settings_.answer_timeout;
    co_return co_await pool_.run([this, &work, late] { return answer<Work, T>(work, late); }, std::move(lane));
  }

  /// Drops what waits, ends what has begun.
  void stop() { pool_.stop(); }
  [[nodiscard]] std::size_t waiting() const { return pool_.waiting(); }

 private:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr int kAttempts = 3;

  template <class Work, class T>
  Result<T> answer(Work& work, Time late) {
    if (std::chrono::steady_clock::now() > late) return std::unexpected(waited_too_long());
    auto connection = take();
    if (!connection) return std::unexpected(failed(connection.error()));
    for (int attempt = 1;; ++attempt) {
      auto done = work(*connection);
      if (done) {
        give_back(std::move(*connection));
        return std::move(*done);
      }
      const auto& failure = done.error();
      const bool again =
          failure.trouble == Trouble::contended && attempt < kAttempts && std::chrono::steady_clock::now() < late;
      if (!connection->lost() && connection->run("ROLLBACK") && again) continue;
      if (!connection->lost()) give_back(std::move(*connection));
      return std::unexpected(failed(failure));
    }
  }

  Answer<Connection> take();
  std::optional<Connection> idle();
  void give_back(Connection connection);
  /// Tells the log, and says what the caller is told.
  Error failed(const Failure& failure);
  static Error waited_too_long();

  const Settings settings_;
  Log& log_;
  std::mutex mutex_;
  std::vector<Connection> idle_;  ///< one a thread at most
  std::optional<Failure> away_;   ///< why the last attempt to connect failed
  Time next_attempt_{};
  Pool pool_;  ///< the last: its threads use the others
};

}  // namespace godwit::mysql
