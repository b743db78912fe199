#pragma once
#include <atomic>
#include <map>
#include <string>
#include <vector>

#include "app/config/config.hpp"
#include "base/executor.hpp"
#include "base/log.hpp"
#include "service/processes.hpp"

namespace godwit::app {

/// Processes that the settings name: where each can be asked, and nodes by name, which have another address for that.
struct KnownProcesses {
  std::map<std::string, std::vector<RoleName>> addresses;
  std::vector<std::string> nodes;
};
[[nodiscard]] KnownProcesses known_processes(const Config::Peers& peers);

/// A process as it was asked. `account` unavailable: it is missing, and why.
struct AskedProcess {
  processes::Entry entry;
  Result<processes::Account> account;
  Millis ahead = 0;  ///< its clock's time less ours, as its answer came: older by the way here

  [[nodiscard]] bool missing() const { return !account; }
};
struct HouseView {
  std::vector<AskedProcess> processes;  ///< by name and address
  bool complete = true;  ///< false: the registry could not be asked: some that the settings do not name are left out

  /// Of those that did not answer.
  [[nodiscard]] std::vector<std::string> missing() const;
};

/// All processes of the house, asked at once: those that announced themselves, and those that the settings name.
/// Whoever does not answer within a second is missing, and is not waited for. Any thread.
class House {
 public:
  static constexpr std::chrono::milliseconds kPatience{1'000};

  /// All outlive it. `self` may be null: who asks is none of them, and `own` says nothing. `registry` and `phone` null:
  /// there are no others. `timer` runs.
  struct Ground {
    processes::Service* self;
    processes::Entry own;
    processes::Registry* registry;
    processes::Phone* phone;
    KnownProcesses known;
    Executor& timer;
    const Clock& clock;
  };
  explicit House(Ground ground) : ground_(std::move(ground)) {}

  Task<HouseView> ask(processes::Question question);

 private:
  Task<std::vector<processes::Entry>> expected(bool& complete);

  const Ground ground_;
};

/// Tells the others that this process is there, again and again.
class Announcer {
 public:
  /// All outlive it.
  Announcer(processes::Registry& registry, processes::Entry self, Log& log)
      : registry_(registry), self_(std::move(self)), log_(log) {}

  /// From now on, on `loop`, which runs no jobs any more when this goes.
  void start(Executor& loop);
  /// Takes it out of the registry; waits for that, two seconds at most. Not on the loop.
  void end();

 private:
  void beat(Executor& loop);
  Task<void> announce();

  processes::Registry& registry_;
  const processes::Entry self_;
  Log& log_;
  std::atomic<bool> ended_{false};
  bool told_ = true;  // of the loop alone
};

}  // namespace godwit::app
