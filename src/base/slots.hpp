#pragma once
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>

#include "base/error.hpp"
#include "base/executor.hpp"
#include "base/task.hpp"

namespace godwit {

/// So many at a time; others wait for a slot, in the order of asking; so many wait, and who comes then is refused.
/// Where all would be served at once each would be served too late, and ask again. Thread-safe.
class Slots {
 public:
  /// Its holder's until the last copy goes, on any thread; may outlive the Slots.
  using Slot = std::shared_ptr<void>;

  Slots(std::size_t most, std::size_t waiting) : all_(std::make_shared<All>(most, waiting)) {}
  Slots(const Slots&) = delete;
  Slots& operator=(const Slots&) = delete;
  /// Who still waits is refused.
  ~Slots() { all_->close(); }

  [[nodiscard]] std::size_t waiting() const {
    const std::scoped_lock lock(all_->mutex);
    return all_->waiting.size();
  }
  /// unavailable: too many wait.
  Task<Result<Slot>> take() {
    co_return co_await completion<Result<Slot>>([all = all_](auto done) { all->ask(std::move(done)); });
  }

 private:
  using Done = std::move_only_function<void(Result<Slot>)>;

  struct All : std::enable_shared_from_this<All> {
    All(std::size_t most, std::size_t may_wait) : free(most), bound(may_wait) {}

    void ask(Done done) {
      bool taken = false;
      {
        const std::scoped_lock lock(mutex);
        if (free == 0 && waiting.size() < bound) return waiting.push_back(std::move(done));
        taken = free > 0;
        if (taken) --free;
      }
      done(taken ? Result<Slot>(slot()) : full());
    }
    void give_back() {
      Done next;
      {
        const std::scoped_lock lock(mutex);
        if (waiting.empty()) return static_cast<void>(++free);
        next = std::move(waiting.front());
        waiting.pop_front();
      }
      next(slot());
    }
    void close() {
      std::deque<Done> refused;
      {
        const std::scoped_lock lock(mutex);
        bound = 0;
        refused.swap(waiting);
      }
      for (auto& done : refused) done(full());
    }
    Slot slot() {
      return {this, [self = shared_from_this()](void*) { self->give_back(); }};
    }
    static Result<Slot> full() {
      return std::unexpected(Error{.code = Code::unavailable, .detail = "too many wait before", .retry_after_s = 2});
    }

    std::mutex mutex;
    std::size_t free, bound;
    std::deque<Done> waiting;
  };

  const std::shared_ptr<All> all_;
};

}  // namespace godwit
