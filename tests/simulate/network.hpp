#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "base/task.hpp"
#include "simulate/process.hpp"

namespace godwit::simulate {

/// What may happen to one message between two processes.
struct Weather {
  double lost = 0;     ///< it never comes
  double doubled = 0;  ///< it comes twice, where the contract allows it
  double late = 0;     ///< it takes up to `latest` instead of `usual`
  Time usual = 2 * kMilli, latest = 1500 * kMilli;
};

/// The wires. Everything that one process says to another goes through here as a job, and comes later, twice, or never.
class Network {
 public:
  explicit Network(Scheduler& scheduler) : scheduler_(scheduler) {}

  Weather weather{};
  void cut(const Process& a, const Process& b) { cuts_.insert(pair_of(a, b)); }
  void heal(const Process& a, const Process& b) { cuts_.erase(pair_of(a, b)); }
  void heal_all() { cuts_.clear(); }
  [[nodiscard]] bool is_cut(const Process& a, const Process& b) const { return cuts_.contains(pair_of(a, b)); }
  [[nodiscard]] Scheduler& scheduler() noexcept { return scheduler_; }

  /// One message. `arrive` runs as code of `to`'s present life, maybe twice if `repeatable`; `refused` as code of
  /// nobody where that life has ended when it comes.
  template <class Arrive, class Refused>
  void send(const Process& from, Process& to, bool repeatable, Arrive arrive, Refused refused) {
    auto& dice = scheduler_.dice();
    if (is_cut(from, to) || dice.chance(weather.lost)) return;
    const int copies = repeatable && dice.chance(weather.doubled) ? 2 : 1;
    for (int i = 0; i < copies; ++i) {
      scheduler_.after(delay(), [&to, generation = to.generation(), arrive, refused] {
        if (!to.alive() || to.generation() != generation) return refused();
        to.executor().post(arrive);
      });
    }
  }
  /// An answer: to the life that asked, and to no later one.
  void answer(const Process& from, const Process& to, Executor& home, const std::function<void()>& arrive) {
    auto& dice = scheduler_.dice();
    if (is_cut(from, to) || dice.chance(weather.lost)) return;
    scheduler_.after(delay(), [&home, arrive] { home.post(arrive); });
  }
  [[nodiscard]] Time delay() {
    auto& dice = scheduler_.dice();
    return dice.chance(weather.late) ? dice.between(0, weather.latest) : dice.between(20 * kMicro, weather.usual);
  }

 private:
  static std::pair<const Process*, const Process*> pair_of(const Process& a, const Process& b) {
    return &a < &b ? std::pair(&a, &b) : std::pair(&b, &a);
  }
  Scheduler& scheduler_;
  std::set<std::pair<const Process*, const Process*>> cuts_;
};

/// A call from one process to another: the request goes out, `serve()` (→ Task<R>) runs there, the answer comes back,
/// to the life that asked. What is lost, refused or too late is answered `failed`.
template <class R>
struct Pending {
  std::optional<R> answer;
  std::coroutine_handle<> waiting;
  void give(R value) {
    if (answer) return;
    answer.emplace(std::move(value));
    waiting.resume();
  }
};

template <class R, class Serve>
Task<void> serve_and_answer(Network& network, Process& from, Process& to, Executor& home, std::shared_ptr<Serve> serve,
                            std::shared_ptr<Pending<R>> pending) {
  auto value = std::make_shared<R>(co_await (*serve)());
  network.answer(to, from, home, [value, pending] { pending->give(*value); });
}

template <class R, class Serve>
Task<R> call(Network& network, Process& from, Process& to, Time deadline, bool repeatable, R failed, Serve serve) {
  auto pending = std::make_shared<Pending<R>>();
  auto shared = std::make_shared<Serve>(std::move(serve));
  auto lost = std::make_shared<R>(std::move(failed));
  Executor& home = from.executor();
  struct Sent {
    Pending<R>& pending;
    std::function<void()> start;
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> handle) {
      pending.waiting = handle;
      start();
    }
    void await_resume() const noexcept {}
  };
  const auto give_up = [pending, lost] { pending->give(*lost); };
  co_await Sent{*pending, [&] {
    network.send(
        from, to, repeatable,
        [&network, &from, &to, &home, shared, pending] {
          spawn(serve_and_answer<R>(network, from, to, home, shared, pending));
        },
        [&home, give_up] { home.post(give_up); });
    home.post_after(std::chrono::milliseconds(deadline / kMilli), give_up);
  }};
  co_return std::move(*pending->answer);
}

}  // namespace godwit::simulate
