#include "app/server/rate_history.hpp"

#include <algorithm>

namespace godwit::app {

RateHistory::RateHistory(const Metrics& metrics) : metrics_(metrics), before_(totals()) { ring_.reserve(kKept); }

RateHistory::Totals RateHistory::totals() const {
  return {.sends = metrics_.counted("godwit_messages_total"),
          .pushes = metrics_.counted("godwit_frames_total"),
          .connects = metrics_.counted("godwit_sockets_accepted_total"),
          .requests = metrics_.counted("godwit_http_requests_total"),
          .failures = metrics_.counted("godwit_http_failures_total"),
          .answers = metrics_.measured("godwit_http_answer_seconds")};
}

void RateHistory::sample(Millis time, std::uint64_t connections) {
  const auto now = totals();
  std::lock_guard lock(mutex_);
  RateSample sample{.time = time,
                    .connections = connections,
                    .sends = now.sends - before_.sends,
                    .pushes = now.pushes - before_.pushes,
                    .connects = now.connects - before_.connects,
                    .requests = now.requests - before_.requests,
                    .failures = now.failures - before_.failures};
  if (const auto answered = now.answers.count - before_.answers.count; answered > 0) {
    const auto took = now.answers.seconds - before_.answers.seconds;
    sample.answer_ms = std::max(0.0, took * 1000 / static_cast<double>(answered));
  }
  before_ = now;
  if (ring_.size() < kKept) {
    ring_.push_back(sample);
    return;
  }
  ring_[next_] = sample;
  next_ = (next_ + 1) % kKept;
}

std::vector<RateSample> RateHistory::since(Millis time) const {
  std::lock_guard lock(mutex_);
  std::vector<RateSample> samples;
  for (std::size_t i = 0; i < ring_.size(); ++i) {
    const auto& sample = ring_[(next_ + i) % ring_.size()];
    if (sample.time > time) samples.push_back(sample);
  }
  return samples;
}

}  // namespace godwit::app
