#pragma once
#include <atomic>
#include <functional>
#include <memory>

#include "base/clock.hpp"
#include "base/metrics.hpp"
#include "engine/mysql/connections.hpp"
#include "service/dead_letters.hpp"

namespace godwit::mysql {

/// dispatch::DeadLetters of any number of processes, in one table. Thread-safe.
class DeadLetters final : public dispatch::DeadLetters {
 public:
  using Place = dispatch::DeadLetter::Place;
  /// Puts a letter's record on its topic once more. What becomes of it there nobody waits for: a consumer that refuses
  /// it again adds it again. bad_parameter: the record cannot be read.
  using Resend = std::function<Task<Result<void>>(const dispatch::DeadLetter&)>;

  /// Connects, and makes the table; blocks. An error's detail is for whoever starts the process.
  static Result<std::unique_ptr<DeadLetters>> open(const Settings& settings, const Clock& clock, Log& log,
                                                   Metrics& metrics, Resend resend);

  Task<Result<void>> add(dispatch::DeadLetter letter) override;
  Task<Result<std::vector<dispatch::DeadLetter>>> list(std::optional<Place> after, std::size_t limit) override;
  /// Not the handler's answer: the letter goes when its topic has the record again.
  Task<Result<void>> replay(Place place) override;
  Task<Result<void>> drop(Place place) override;
  /// Of all processes, as this one last heard.
  [[nodiscard]] std::size_t size() const override { return size_.load(std::memory_order_relaxed); }

  void stop() { connections_.stop(); }

 private:
  DeadLetters(const Settings& settings, const Clock& clock, Log& log, Metrics& metrics, Resend resend);
  Task<Result<dispatch::DeadLetter>> find(Place place);

  const Clock& clock_;
  Log& log_;
  const Resend resend_;
  Counter &added_, &lost_;
  std::atomic<std::size_t> size_{0};
  Connections connections_;
};

}  // namespace godwit::mysql
