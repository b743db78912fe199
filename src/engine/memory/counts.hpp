#pragma once
#include "user/store/counts.hpp"

namespace godwit::engine::memory {

/// user::Counts of one process, which is the embedded one, too. Bounded; see LeakyCounts.
class MemoryCounts final : public user::Counts {
 public:
  explicit MemoryCounts(const Clock& clock, std::size_t capacity = 100'000) : counts_(capacity, clock) {}

  Task<Result<void>> count(std::vector<CountedName> names, std::string attempt) override {
    co_return counts_.count(names, attempt);
  }
  Task<Result<void>> take_back(std::vector<CountedName> names, std::string attempt) override {
    counts_.take_back(names, attempt);
    co_return Result<void>{};
  }
  [[nodiscard]] std::size_t size() const { return counts_.size(); }

 private:
  LeakyCounts counts_;
};

}  // namespace godwit::engine::memory
