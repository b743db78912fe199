#pragma once
#include <memory>
#include <string>

#include "app/server/embedded_engines.hpp"
#include "app/server/surroundings.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "base/random.hpp"

namespace godwit::app {

/// The stores of a data directory that no server holds, open, with what they need. Errors go to stderr.
struct AtRest {
  Config config;
  SystemClock clock;
  SystemRandom random;
  Log log{2, Level::error};
  Metrics metrics;
  std::unique_ptr<EmbeddedEngines> engines;

  [[nodiscard]] Surroundings with() { return {.clock = clock, .random = random, .log = log, .metrics = metrics}; }

  /// unavailable where a server holds the directory; else the error names the store.
  [[nodiscard]] static Result<std::unique_ptr<AtRest>> open(const std::string& data);
};

}  // namespace godwit::app
