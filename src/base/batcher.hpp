#pragma once
#include <cstddef>
#include <deque>
#include <functional>
#include <iterator>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "base/executor.hpp"
#include "base/task.hpp"

namespace godwit {

/// Asks together what is asked for one by one: the first question goes at once; what comes while `at_once` questions
/// are under way waits, and goes as one when an answer has come. So a lone question waits for nobody, and the more
/// there are the larger the batches become. Thread-safe; answers go on where they were awaited.
template <class Item, class Answer>
class Batcher {
 public:
  struct Bounds {
    std::size_t batch = 256;       ///< the weight of what is asked together; what is heavier goes alone
    std::size_t waiting = 16'384;  ///< who comes then is not asked for
    std::size_t at_once = 1;       ///< questions under way
  };
  /// As many answers as items, in their order. What it refers to outlives its calls.
  using Ask = std::function<Task<std::vector<Answer>>(std::vector<Item>)>;
  using Weigh = std::size_t (*)(const Item&);

  Batcher(
      Ask ask, Bounds bounds, Weigh weigh = [](const Item&) -> std::size_t { return 1; })
      : state_(std::make_shared<State>(std::move(ask), bounds, weigh)) {}
  Batcher(const Batcher&) = delete;
  Batcher& operator=(const Batcher&) = delete;

  /// nullopt: too many wait.
  Task<std::optional<Answer>> ask(Item item) {
    co_return co_await completion<std::optional<Answer>>([state = state_, &item](auto done) {
      State::enter(state, {.item = std::move(item), .done = std::move(done)});
    });
  }

 private:
  struct Waiting {
    Item item;
    std::move_only_function<void(std::optional<Answer>)> done;
  };
  struct State {
    State(Ask own_ask, Bounds own_bounds, Weigh own_weigh)
        : ask(std::move(own_ask)), bounds(own_bounds), weigh(own_weigh) {}

    static void enter(const std::shared_ptr<State>& state, Waiting one) {
      std::unique_lock lock(state->mutex);
      if (state->waiting.size() >= state->bounds.waiting) {
        lock.unlock();
        return one.done(std::nullopt);
      }
      state->waiting.push_back(std::move(one));
      if (state->under_way >= state->bounds.at_once) return;
      ++state->under_way;
      lock.unlock();
      spawn(pump(state));
    }
    static Task<void> pump(std::shared_ptr<State> state) {
      for (;;) {
        auto batch = state->take();
        if (batch.empty()) co_return;
        std::vector<Item> items;
        items.reserve(batch.size());
        for (auto& one : batch) items.push_back(std::move(one.item));
        auto answers = co_await state->ask(std::move(items));
        for (std::size_t i = 0; i < batch.size(); ++i) batch[i].done(std::move(answers.at(i)));
      }
    }
    /// Empty: nobody waits, and this pump has ended.
    std::vector<Waiting> take() {
      const std::lock_guard lock(mutex);
      std::vector<Waiting> batch;
      std::size_t weight = 0, count = 0;
      for (; count < waiting.size(); ++count) {
        weight += weigh(waiting[count].item);
        if (count > 0 && weight > bounds.batch) break;
      }
      const auto end = waiting.begin() + static_cast<std::ptrdiff_t>(count);
      batch.assign(std::make_move_iterator(waiting.begin()), std::make_move_iterator(end));
      waiting.erase(waiting.begin(), end);
      if (batch.empty()) --under_way;
      return batch;
    }

    const Ask ask;
    const Bounds bounds;
    const Weigh weigh;
    std::mutex mutex;
    std::deque<Waiting> waiting;  // the longest first
    std::size_t under_way = 0;
  };

  const std::shared_ptr<State> state_;
};

}  // namespace godwit
