#pragma once
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
