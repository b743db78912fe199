#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "simulate/plan.hpp"

namespace godwit::simulate {

struct Outcome {
  std::vector<std::string> faults;  ///< the oracle's sentences; empty: all that must hold held
  std::uint64_t digest = 0, steps = 0;
};

/// Runs a plan from its begin to the judgement, on this thread. `tell` hears the story, a line at a time.
[[nodiscard]] Outcome run(const Plan& plan, const std::function<void(const std::string&)>& tell);

}  // namespace godwit::simulate
