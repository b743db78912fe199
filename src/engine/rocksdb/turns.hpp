#pragma once
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/error.hpp"
#include "base/executor.hpp"
#include "base/task.hpp"

namespace godwit::rocks {

/// Work of many steps that must not overlap with other work on the same name: one at a time, in the order of asking.
/// Thread-safe.
class Turns {
 public:
  static constexpr std::size_t kWaiting = 64;  ///< for one name; one more is `unavailable`

  /// Held by whose turn it is; the next one goes on when it is gone.
  class Turn {
   public:
    Turn(Turns& turns, std::string name) : turns_(&turns), name_(std::move(name)) {}
    Turn(Turn&& other) noexcept : turns_(std::exchange(other.turns_, nullptr)), name_(std::move(other.name_)) {}
    Turn& operator=(Turn&&) = delete;
    ~Turn() {
      if (turns_ != nullptr) turns_->pass_on(name_);
    }

   private:
    Turns* turns_;
    std::string name_;
  };

  Task<Result<Turn>> take(std::string name) {
    const bool mine = co_await completion<bool>([this, &name](auto done) {
      bool at_once = true, full = false;
      {
        std::lock_guard lock(mutex_);
        if (const auto [line, free] = lines_.try_emplace(name); !free) {
          at_once = full = line->second.size() >= kWaiting;
          if (!full) line->second.emplace_back(done);
        }
      }
      if (at_once) done(!full);
    });
    if (!mine) co_return fail(Code::unavailable, "too many calls of one user wait for the store");
    co_return Turn(*this, std::move(name));
  }

 private:
  void pass_on(const std::string& name) {
    std::function<void(bool)> next;
    {
      std::lock_guard lock(mutex_);
      const auto line = lines_.find(name);
      if (line->second.empty()) {
        lines_.erase(line);
        return;
      }
      next = std::move(line->second.front());
      line->second.pop_front();
    }
    next(true);
  }

  std::mutex mutex_;
  std::unordered_map<std::string, std::deque<std::function<void(bool)>>> lines_;  // name → who waits
};

}  // namespace godwit::rocks
