#pragma once
#include <algorithm>
#include <map>
#include <mutex>

#include "offline/positions.hpp"

namespace godwit::engine::memory {

/// offline::Positions in memory: what a database does, without one.
class Positions final : public offline::Positions {
 public:
  Task<Result<offline::UserPositions>> load(const UserKey& user) override {
    std::lock_guard lock(mutex_);
    const auto& own = users_[user];
    offline::UserPositions loaded{.read = pairs(own.read), .furthest = pairs(own.furthest), .devices = {}};
    for (const auto& id : own.known) loaded.devices.push_back({.id = id, .cursors = pairs(own.cursors.at(id))});
    co_return loaded;
  }
  Task<Result<bool>> knows_device(const UserKey& user, const DeviceId& device) override {
    std::lock_guard lock(mutex_);
    co_return users_[user].cursors.contains(device);
  }
  Task<Result<void>> move(std::vector<Move> moves) override {
    std::lock_guard lock(mutex_);
    if (away) co_return fail(Code::unavailable);
    for (const auto& [user, device, conversation, seq] : moves) {
      auto& own = users_[user];
      if (device.empty()) {
        forward(own.read, conversation, seq);
        continue;
      }
      if (!own.cursors.contains(device)) adopt(own, device, {});
      forward(own.cursors[device], conversation, seq);
      forward(own.furthest, conversation, seq);
    }
    ++moved;
    co_return Result<void>();
  }
  Task<Result<void>> adopt_device(const UserKey& user, const DeviceId& device) override {
    std::lock_guard lock(mutex_);
    if (away) co_return fail(Code::unavailable);
    auto& own = users_[user];
    adopt(own, device, own.furthest);
    co_return Result<void>();
  }
  Task<Result<std::string>> epoch(std::string proposed) override {
    std::lock_guard lock(mutex_);
    if (epoch_.empty()) epoch_ = std::move(proposed);
    co_return epoch_;
  }

  bool away = false;  ///< writes are unavailable
  int moved = 0;      ///< how often positions were moved

 private:
  using Of = std::map<Conversation, Seq>;
  struct User {
    Of read, furthest;
    std::map<DeviceId, Of> cursors;
    std::vector<DeviceId> known;  // the earliest adopted first
  };
  static offline::UserPositions::Of pairs(const Of& of) { return {of.begin(), of.end()}; }
  static void forward(Of& of, const Conversation& conversation, Seq seq) {
    auto& at = of[conversation];
    at = std::max(at, seq);
  }
  /// `place`: where a new one starts.
  static void adopt(User& own, const DeviceId& device, const Of& place) {
    own.cursors.try_emplace(device, place);
    std::erase(own.known, device);
    own.known.push_back(device);
    if (own.known.size() <= kMostDevices) return;
    own.cursors.erase(own.known.front());
    own.known.erase(own.known.begin());
  }

  std::mutex mutex_;
  std::map<UserKey, User> users_;
  std::string epoch_;
};

}  // namespace godwit::engine::memory
