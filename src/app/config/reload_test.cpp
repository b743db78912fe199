#include "app/config/reload.hpp"

#include <doctest/doctest.h>

namespace godwit::app {

TEST_CASE("a reload takes what may change, and names what needs a restart") {
  const Config running;
  Config fresh;
  fresh.log.level = "debug";
  fresh.messages.recall_window = Seconds(7);
  fresh.http.threads = 9;
  const auto taken = take_over(running, fresh);
  CHECK(taken.config.log.level == "debug");
  CHECK(taken.config.messages.recall_window == Seconds(7));
  CHECK(taken.config.http.threads == running.http.threads);
  CHECK(taken.changed == std::vector<std::string>{"messages.recall_window", "log.level"});
  CHECK(taken.needs_restart == std::vector<std::string>{"http.threads"});
}

TEST_CASE("nothing new, nothing changed") {
  const auto taken = take_over({}, {});
  CHECK(taken.changed.empty());
  CHECK(taken.needs_restart.empty());
}

}  // namespace godwit::app
