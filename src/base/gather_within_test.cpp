#include "base/gather_within.hpp"

#include <doctest/doctest.h>

#include <string>

#include "base/worker.hpp"

namespace godwit {
namespace {

using std::chrono::milliseconds;

Task<std::string> at_once(std::string text) { co_return text; }
Task<std::string> after(Executor& executor, milliseconds time, std::string text) {
  co_await sleep_for(executor, time);
  co_return text;
}
using Texts = std::vector<std::optional<std::string>>;

Texts gather_on(Executor& home, Executor& timer, milliseconds patience, std::vector<Task<std::string>> tasks) {
  return sync_wait(
      [](Executor& own, Executor& clock, milliseconds most, std::vector<Task<std::string>> all) -> Task<Texts> {
        co_await resume_on(own);
        co_return co_await gather_within(clock, most, std::move(all));
      }(home, timer, patience, std::move(tasks)));
}

}  // namespace

TEST_CASE("gather within: all results in their order, whichever came first") {
  Worker home("home"), other("other");
  std::vector<Task<std::string>> tasks;
  tasks.push_back(after(other, milliseconds(30), "slow"));
  tasks.push_back(at_once("quick"));
  tasks.push_back(after(home, milliseconds(5), "own"));
  CHECK(gather_on(home, home, std::chrono::seconds(30), std::move(tasks)) == Texts{"slow", "quick", "own"});
  CHECK(gather_on(home, home, std::chrono::seconds(30), {}).empty());
  std::vector<Task<std::string>> quick;
  quick.push_back(at_once("a"));
  quick.push_back(at_once("b"));
  CHECK(gather_on(home, other, std::chrono::seconds(30), std::move(quick)) == Texts{"a", "b"});
}

TEST_CASE("gather within: whoever has not come by then is left out, and does no harm later") {
  Worker home("home"), late("late");
  std::vector<Task<std::string>> tasks;
  tasks.push_back(at_once("quick"));
  tasks.push_back(after(late, milliseconds(300), "too late"));
  const auto began = std::chrono::steady_clock::now();
  CHECK(gather_on(home, home, milliseconds(20), std::move(tasks)) == Texts{"quick", std::nullopt});
  CHECK(std::chrono::steady_clock::now() - began < milliseconds(290));
  sync_wait(after(late, milliseconds(310), {}));  // it has come meanwhile
}

}  // namespace godwit
