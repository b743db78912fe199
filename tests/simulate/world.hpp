#pragma once
#include <memory>

#include "simulate/front.hpp"
#include "simulate/oracle.hpp"
#include "simulate/plan.hpp"

namespace godwit::simulate {

/// The server's machines, and what can happen to them.
class World {
 public:
  virtual ~World() = default;
  /// Everything begins to run.
  virtual void begin() = 0;
  /// A fault sets in; it ends by itself.
  virtual void strike(const Fault& fault) = 0;
  /// A node dies and never comes back, where there is another.
  virtual void lose_node(std::uint64_t) {}
  /// All that is broken is well again, and all that is dead lives, but for a node that never comes back.
  virtual void heal() = 0;
  [[nodiscard]] virtual Front& front() = 0;
  /// What this house promises.
  [[nodiscard]] virtual Promises promises(const Plan&) const { return {}; }
};

/// Everything in one process, on engines that outlive it.
[[nodiscard]] std::unique_ptr<World> one_process(Network& network, std::function<void(const std::string&)> tell);

/// Each role in processes of its own: two gateways (with the user role), three dispatchers, two nodes, two consumers of
/// each topic; each engine on a machine of its own. `lossy_cache`: the cache loses the inbox that it serves.
[[nodiscard]] std::unique_ptr<World> many_processes(Network& network, std::function<void(const std::string&)> tell,
                                                    bool lossy_cache);

}  // namespace godwit::simulate
