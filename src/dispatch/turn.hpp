#pragma once
#include <coroutine>
#include <deque>
#include <utility>

namespace godwit::dispatch {

/// Lets coroutines of one executor through one at a time, in the order of asking: `const auto held = co_await
/// turn.take();`
class Turn {
 public:
  class Held {
   public:
    explicit Held(Turn& turn) : turn_(&turn) {}
    Held(Held&& other) noexcept : turn_(std::exchange(other.turn_, nullptr)) {}
    Held& operator=(Held&&) = delete;
    ~Held() {
      if (turn_ != nullptr) turn_->pass_on();
    }

   private:
    Turn* turn_;
  };

  auto take() {
    struct Awaiter {
      Turn& turn;
      [[nodiscard]] bool await_ready() const noexcept { return !std::exchange(turn.taken_, true); }
      void await_suspend(std::coroutine_handle<> handle) { turn.waiting_.push_back(handle); }
      [[nodiscard]] Held await_resume() const noexcept { return Held(turn); }
    };
    return Awaiter{*this};
  }

 private:
  void pass_on() {
    if (waiting_.empty()) {
      taken_ = false;
      return;
    }
    const auto next = waiting_.front();
    waiting_.pop_front();
    next.resume();
  }

  std::deque<std::coroutine_handle<>> waiting_;
  bool taken_ = false;
};

}  // namespace godwit::dispatch
