#include "app/server/house_figures.hpp"

#include <doctest/doctest.h>

#include "app/server/process_rows.hpp"

namespace godwit::app {
namespace {

AskedProcess asked(std::string name, processes::Account account, Millis ahead = 0) {
  return {.entry = {.id = name, .name = name}, .account = std::move(account), .ahead = ahead};
}
AskedProcess missing(std::string name) {
  return {.entry = {.id = name, .name = name}, .account = fail(Code::unavailable, "gone"), .ahead = 0};
}

}  // namespace

TEST_CASE("figures of all processes: what answers is added up, what is missing is named") {
  HouseView view;
  view.processes.push_back(asked("a", {.sockets = 2, .users = 1, .queues = {{.name = "q", .depth = 3, .bound = 10}}}));
  view.processes.push_back(missing("b"));
  view.processes.push_back(
      asked("c", {.sockets = 5,
                  .users = 4,
                  .queues = {{.name = "bus", .depth = 1, .bound = 0}, {.name = "q", .depth = 4, .bound = 10}}}));
  const auto figures = figures_of(view);
  CHECK(figures.sockets == 7);
  CHECK(figures.users == 5);
  CHECK(figures.queues ==
        std::vector<processes::Queue>{{.name = "q", .depth = 7, .bound = 20}, {.name = "bus", .depth = 1, .bound = 0}});
  CHECK(view.missing() == std::vector<std::string>{"b"});
}

TEST_CASE("rates of several processes: by the interval that they end in, by our clock; not those still coming in") {
  HouseView view;
  view.processes.push_back(asked("a", {.samples = {{.time = 10'003, .sends = 1, .requests = 1, .answer_ms = 2},
                                                   {.time = 15'001, .sends = 2},
                                                   {.time = 20'000, .sends = 9}}}));
  view.processes.push_back(missing("b"));
  // Its clock is ahead, so it ends its intervals earlier than we do.
  view.processes.push_back(asked("c",
                                 {.samples = {{.time = 70'000, .sends = 10, .requests = 3, .answer_ms = 6},
                                              {.time = 75'000, .sends = 20, .answer_ms = 4}}},
                                 59'900));
  const auto samples = add_up(view, 20'000);
  REQUIRE(samples.size() == 2);
  CHECK(samples[0].time == 10'000);
  CHECK(samples[0].sends == 11);
  CHECK(samples[0].requests == 4);
  CHECK(samples[0].answer_ms == doctest::Approx(5));  // (1 × 2 + 3 × 6) / 4
  CHECK(samples[1].time == 15'000);
  CHECK(samples[1].sends == 22);
}

TEST_CASE("rates of one process are its own") {
  HouseView view;
  view.processes.push_back(asked("a", {.samples = {{.time = 10'003, .sends = 1}}}));
  CHECK(add_up(view, 0) == view.processes.front().account->samples);
}

TEST_CASE("shards: who numbers which, and which nobody does") {
  HouseView view;
  std::vector<std::uint16_t> most;
  for (std::uint16_t shard = 2; shard < 256; ++shard) most.push_back(shard);
  view.processes.push_back(asked("a", {.shards = {0}}));
  view.processes.push_back(asked("b", {.shards = most}));
  view.processes.push_back(asked("c", {}));
  view.processes.push_back(missing("d"));
  const auto map = shards_of(view, true);
  CHECK(map.total == 256);
  REQUIRE(map.owners.size() == 2);
  CHECK(map.owners[0].process == "a");
  CHECK(map.owners[1].shards == most);
  CHECK(map.unowned == std::vector<std::uint16_t>{1});
  CHECK(shards_of(view, false).total == 0);
  CHECK(shards_of(view, false).unowned.empty());
}

TEST_CASE("the state of a process: what it needs and has not makes it wait, what it has lost does not") {
  CHECK(state_of(missing("a")) == "missing");
  CHECK(state_of(asked("a", {})) == "ready");
  CHECK(state_of(asked("a", {.draining = true})) == "draining");
  CHECK(state_of(asked("a", {.parts = {{.name = "redis", .trouble = "away"}}})) == "waiting");
  CHECK(state_of(asked("a", {.parts = {{.name = "redis", .trouble = ""}}})) == "ready");
  CHECK(state_of(asked("a", {.parts = {{.name = "role.user", .trouble = "away", .needed = false}}})) == "ready");
}

}  // namespace godwit::app
