#include "app/server/rate_history.hpp"

#include <doctest/doctest.h>

namespace godwit::app {

TEST_CASE("a sample counts what happened since the one before") {
  Metrics metrics;
  auto& sends = metrics.counter("godwit_messages_total", "Kept frames.");
  auto& answers = metrics.histogram("godwit_http_answer_seconds", "Answers.");
  sends.add(7);  // before the history began
  RateHistory history(metrics);
  sends.add(3);
  metrics.counter("godwit_frames_total", "Frames.").add(20);
  answers.observe(0.002);
  answers.observe(0.004);
  history.sample(6'000, 4);
  history.sample(11'000, 2);

  const auto samples = history.since(0);
  REQUIRE(samples.size() == 2);
  CHECK(samples[0].time == 6'000);
  CHECK(samples[0].connections == 4);
  CHECK(samples[0].sends == 3);
  CHECK(samples[0].pushes == 20);
  REQUIRE(samples[0].answer_ms.has_value());
  CHECK(*samples[0].answer_ms == doctest::Approx(3));
  CHECK(samples[1].connections == 2);
  CHECK(samples[1].sends == 0);
  CHECK(samples[1].pushes == 0);
  CHECK_FALSE(samples[1].answer_ms.has_value());
  CHECK(history.since(6'000).size() == 1);
  CHECK(history.since(11'000).empty());
}

TEST_CASE("the history holds an hour, oldest first") {
  Metrics metrics;
  RateHistory history(metrics);
  for (std::uint64_t i = 1; i <= RateHistory::kKept + 10; ++i)
    history.sample(static_cast<Millis>(i) * RateHistory::kInterval.count(), i);
  const auto samples = history.since(0);
  REQUIRE(samples.size() == RateHistory::kKept);
  CHECK(samples.front().connections == 11);
  CHECK(samples.back().connections == RateHistory::kKept + 10);
  for (std::size_t i = 1; i < samples.size(); ++i) CHECK(samples[i].time == samples[i - 1].time + 5'000);
}

}  // namespace godwit::app
