#pragma once
#include <algorithm>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "service/process_registry.hpp"

namespace godwit::engine::memory {

/// processes::Registry for tests. Thread-safe.
class MemoryProcessRegistry final : public processes::Registry {
 public:
  explicit MemoryProcessRegistry(const Clock& clock) : clock_(clock) {}

  Task<Result<void>> announce(processes::Entry entry) override {
    const std::lock_guard lock(mutex_);
    entry.silent = clock_.now();  // when it spoke, as long as it is kept
    const auto id = entry.id;
    entries_.insert_or_assign(id, std::move(entry));
    if (entries_.size() > kMost)
      entries_.erase(std::ranges::min_element(entries_, {}, [](const auto& one) { return one.second.silent; }));
    co_return Result<void>();
  }
  Task<Result<void>> withdraw(std::string id) override {
    const std::lock_guard lock(mutex_);
    entries_.erase(id);
    co_return Result<void>();
  }
  Task<Result<std::vector<processes::Entry>>> entries() override {
    const std::lock_guard lock(mutex_);
    const auto now = clock_.now();
    std::erase_if(entries_, [now](const auto& one) { return now - one.second.silent >= kForgotten; });
    std::vector<processes::Entry> all;
    for (const auto& [id, entry] : entries_) {
      all.push_back(entry);
      all.back().silent = now - entry.silent;
    }
    co_return all;
  }

 private:
  const Clock& clock_;
  std::mutex mutex_;
  std::map<std::string, processes::Entry> entries_;
};

}  // namespace godwit::engine::memory
