#pragma once
#include <chrono>
#include <memory>
#include <mutex>

#include "engine/mysql/settings.hpp"
#include "engine/soci/connection.hpp"

namespace godwit::mysql {

/// Opens connections to the accounts for SOCI: utf8mb4, strict, their time-outs as the settings say; readers read
/// snapshots, writers what is committed. A database that cannot be reached is tried every 250 ms by one caller at a
/// time; whoever else asks is told at once. Thread-safe.
class AccountsDoor {
 public:
  explicit AccountsDoor(Settings settings) : settings_(std::move(settings)) {}

  /// Blocks for the connect timeout at most. Throws StoreFailure: `away`; without a reason where nothing was tried. So
  /// does a server that may lose what it committed, or that takes what does not fit: the reason names the setting.
  [[nodiscard]] std::unique_ptr<engine::soci::Backend> open(engine::soci::SociConnection::Mode mode);

 private:
  using Time = std::chrono::steady_clock::time_point;
  /// Throws where it is not this caller's turn.
  void take_turn();
  void end_turn(bool reached);

  const Settings settings_;
  std::mutex mutex_;
  bool away_ = false, trying_ = false;
  Time next_attempt_{};
};

/// A connection that asks nothing of its session and looks at no setting: for a proxy that would give what one client
/// sets to others, where the proxy's own connections are set up instead. Throws StoreFailure.
[[nodiscard]] std::unique_ptr<engine::soci::Backend> open_as_it_is(const Settings& settings);

}  // namespace godwit::mysql
