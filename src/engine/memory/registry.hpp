#pragma once
#include <deque>
#include <map>
#include <mutex>
#include <unordered_map>
#include <unordered_set>

#include "base/clock.hpp"
#include "service/registry.hpp"

namespace godwit::engine::memory {

struct RegistrySettings {
  Millis lease = 8'000;
  Millis absence = 5'000;            ///< how long a user is away before it is told
  std::size_t changes = 65'536;      ///< that are remembered
  std::uint64_t position_epoch = 1;  ///< of a registry that lost what it had: a greater one than before
};
/// For a house of one process: a node lives as long as the registry does, and who goes is told at once.
inline constexpr RegistrySettings kOneProcess{.lease = Millis{1} << 60, .absence = 0};

/// registry::Registry in memory, for all processes that share it; the embedded one, too.
class MemoryRegistry final : public registry::Registry {
 public:
  MemoryRegistry(const Clock& clock, RegistrySettings settings) : clock_(clock), settings_(settings) {}

  Task<Result<registry::Node>> join(std::string name) override;
  Task<Result<void>> renew(registry::Node node, std::uint32_t sockets, bool draining) override;
  Task<Result<std::vector<registry::Epoch>>> enter(registry::Node node, std::vector<registry::Socket> sockets) override;
  Task<Result<void>> leave(SessionId session, registry::Epoch epoch) override;
  Task<Result<std::vector<registry::Live>>> nodes() override;
  Task<Result<registry::Standings>> standings(std::vector<UserKey> users) override;
  Task<Result<registry::Changes>> changes_after(registry::Position after) override;

 private:
  struct Lease {
    registry::Live live;
    Millis until = 0;
    std::unordered_set<SessionId> sessions;
  };
  struct Place {
    UserKey user;
    std::string node;
    registry::Epoch epoch = 0;
  };
  // all under the mutex
  void pass_time();
  [[nodiscard]] Lease* life_of(const registry::Node& node);
  void end_life(Lease& lease);
  [[nodiscard]] registry::Epoch enter(Lease& lease, registry::Socket socket);
  void come(const UserKey& user);
  void go(const UserKey& user);
  void tell(registry::Change change);
  [[nodiscard]] registry::Position position() const { return {settings_.position_epoch, last_number_}; }

  const Clock& clock_;
  const RegistrySettings settings_;
  std::mutex mutex_;
  std::map<std::string, Lease> nodes_;
  std::unordered_map<SessionId, Place> places_;
  std::unordered_map<UserKey, std::uint32_t> sockets_;
  std::unordered_map<UserKey, Millis> absent_;                 ///< since when; not told yet
  std::deque<std::pair<Millis, UserKey>> departures_;          ///< of them, by time; some are back
  std::deque<registry::Change> changes_;                       ///< ascending, up to `last_number_`
  std::uint64_t last_number_ = 0;
  registry::Epoch last_epoch_ = 0;
  Millis time_ = 0;  ///< when `pass_time` last looked
};

}  // namespace godwit::engine::memory
