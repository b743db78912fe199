#pragma once
#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "base/random.hpp"

namespace godwit::app {

/// What every part of the process is given.
struct Surroundings {
  const Clock& clock;
  Random& random;
  Log& log;
  Metrics& metrics;
};

}  // namespace godwit::app
