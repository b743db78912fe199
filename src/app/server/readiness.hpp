#pragma once
#include <array>
#include <atomic>
#include <chrono>
#include <vector>

#include "app/config/role_set.hpp"
#include "app/server/engines.hpp"
#include "base/executor.hpp"
#include "service/processes.hpp"

namespace godwit::app {

/// Whether a role of other processes answers.
class Reach {
 public:
  virtual ~Reach() = default;
  /// Any of those who serve it; unavailable, with why: nobody does.
  virtual Task<Result<void>> reach(RoleName role) = 0;
};

/// What a process stands on: its engines, and the roles of others that it asks. An engine that is not well makes it not
/// ready. A role elsewhere does until it has answered once; its loss later is named and no more: else the loss of one
/// role would take every gateway out of its balancer, and end what goes on without it. Any thread.
class Readiness {
 public:
  /// `others`: null: there are none. `timer` runs. All outlive it.
  Readiness(Engines& engines, RoleSet here, Reach* others, Executor& timer)
      : engines_(engines), here_(here), others_(others), timer_(timer) {}

  /// What does not answer within `patience` is in trouble.
  Task<std::vector<processes::Part>> parts(std::chrono::milliseconds patience);

 private:
  using Parts = std::vector<processes::Part>;
  Task<Parts> engines();
  Task<Parts> others(std::chrono::milliseconds patience);

  Engines& engines_;
  const RoleSet here_;
  Reach* const others_;
  Executor& timer_;
  std::array<std::atomic<bool>, kRoleNames.size()> reached_{};
};

/// Whom a process with these roles asks, and has not got itself.
[[nodiscard]] RoleSet roles_asked(RoleSet here);

}  // namespace godwit::app
