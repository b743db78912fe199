#pragma once
#include "app/server/surroundings.hpp"

namespace godwit::app {

/// What a command gives the engines that it opens. Warnings and errors go to stderr.
struct Tools {
  SystemClock clock;
  SystemRandom random;
  Log log{2, Level::warn};
  Metrics metrics;

  [[nodiscard]] Surroundings with() { return {.clock = clock, .random = random, .log = log, .metrics = metrics}; }
};

}  // namespace godwit::app
