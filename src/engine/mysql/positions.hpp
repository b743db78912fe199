#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/metrics.hpp"
#include "engine/mysql/connections.hpp"
#include "offline/positions.hpp"

namespace godwit::mysql {

/// offline::Positions of any number of processes, a row a position. Thread-safe.
class Positions final : public offline::Positions {
 public:
  /// What a row stands for. `forgotten`: how far devices got that are known no more; how far the furthest of all got is
  /// the greatest of these and the cursors.
  enum class Kind : std::uint8_t { read = 0, forgotten = 1, cursor = 2 };

  /// Connects, and makes the tables; blocks. `clock` says when a device was adopted. An error's detail is for whoever
  /// starts the process.
  static Result<std::unique_ptr<Positions>> open(const Settings& settings, const Clock& clock, Log& log,
                                                 Metrics& metrics);

  Task<Result<offline::UserPositions>> load(const UserKey& user) override;
  Task<Result<bool>> knows_device(const UserKey& user, const DeviceId& device) override;
  Task<Result<void>> move(std::vector<Move> moves) override;
  Task<Result<void>> adopt_device(const UserKey& user, const DeviceId& device) override;
  Task<Result<std::string>> epoch(std::string proposed) override;

  void stop() { connections_.stop(); }

 private:
  Positions(const Settings& settings, const Clock& clock, Log& log, Metrics& metrics);

  const Clock& clock_;
  Connections connections_;
};

}  // namespace godwit::mysql
