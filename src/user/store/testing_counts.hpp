#pragma once
#include "user/store/counts.hpp"

namespace godwit::user::suite {

/// Counts in memory, which may be away.
class TestingCounts final : public Counts {
 public:
  explicit TestingCounts(const Clock& clock) : counts_(1000, clock) {}

  Task<Result<void>> count(std::vector<CountedName> names, std::string attempt) override {
    if (away) co_return fail(Code::unavailable);
    co_return counts_.count(names, attempt);
  }
  Task<Result<void>> take_back(std::vector<CountedName> names, std::string attempt) override {
    if (away) co_return fail(Code::unavailable);
    counts_.take_back(names, attempt);
    co_return Result<void>{};
  }

  bool away = false;

 private:
  LeakyCounts counts_;
};

}  // namespace godwit::user::suite
