#include "app/config/reload.hpp"

#include <doctest/doctest.h>

namespace godwit::app {

TEST_CASE("a reload takes what may change, and names what needs a restart") {
  Loaded running, fresh;
  running.origins["messages.recall_window"] = "a.toml:3";
  fresh.config.log.level = "debug";
  fresh.origins["log.level"] = "flag --set";
  fresh.config.messages.recall_window = Seconds(7);
  fresh.config.http.threads = 9;
  fresh.origins["http.threads"] = "flag --set";
  const auto taken = take_over(running, fresh);
  CHECK(taken.settings.config.log.level == "debug");
  CHECK(taken.settings.config.messages.recall_window == Seconds(7));
  CHECK(taken.settings.config.http.threads == running.config.http.threads);
  CHECK(taken.settings.origins.size() == 1);
  CHECK(taken.settings.origins.at("log.level") == "flag --set");
  CHECK(taken.changed == std::vector<std::string>{"messages.recall_window", "log.level"});
  CHECK(taken.needs_restart == std::vector<std::string>{"http.threads"});
}

TEST_CASE("nothing new, nothing changed") {
  const auto taken = take_over({}, {});
  CHECK(taken.changed.empty());
  CHECK(taken.needs_restart.empty());
}

}  // namespace godwit::app
