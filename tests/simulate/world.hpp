#pragma once
#include <memory>

#include "simulate/front.hpp"
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
  /// All that is broken is well again, and all that is dead lives.
  virtual void heal() = 0;
  [[nodiscard]] virtual Front& front() = 0;
};

/// Everything in one process, on engines that outlive it.
[[nodiscard]] std::unique_ptr<World> one_process(Network& network, std::function<void(const std::string&)> tell);

}  // namespace godwit::simulate
