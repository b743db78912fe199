#pragma once
#include <algorithm>
#include <random>
#include <span>
#include <vector>

#include "domain/message.hpp"

/// How the suites of ports that take messages hand them over. What a port makes of them must not depend on it.
namespace godwit::suite {

struct Way {
  const char* name;
  bool shuffled, doubled;
  unsigned seed;
};

inline constexpr Way kWays[] = {{"in order", false, false, 0},
                                {"doubled", false, true, 0},
                                {"shuffled", true, false, 1},
                                {"shuffled and doubled", true, true, 2}};

/// Keeps the batches that a case puts until it looks, and then gives them out in the way.
class Post {
 public:
  explicit Post(Way way) : way_(way), random_(way.seed) {}

  void add(std::span<const MessagePtr> batch) { waiting_.emplace_back(batch.begin(), batch.end()); }

  /// What is to be put now, batch by batch: what was added since the last call; doubled, with everything that was ever
  /// added once more. Empty where nothing was added.
  std::vector<std::vector<MessagePtr>> take() {
    auto batches = std::exchange(waiting_, {});
    if (batches.empty()) return batches;
    std::vector<MessagePtr> given;
    for (const auto& batch : batches) given.insert(given.end(), batch.begin(), batch.end());
    all_.insert(all_.end(), given.begin(), given.end());
    if (!way_.shuffled && !way_.doubled) return batches;
    if (!way_.shuffled) {
      for (auto& batch : cut(all_)) batches.push_back(std::move(batch));
      return batches;
    }
    if (way_.doubled) given.insert(given.end(), all_.begin(), all_.end());
    std::ranges::shuffle(given, random_);
    return cut(given);
  }

 private:
  std::vector<std::vector<MessagePtr>> cut(std::span<const MessagePtr> messages) {
    std::vector<std::vector<MessagePtr>> batches;
    while (!messages.empty()) {
      const auto size = 1 + random_() % std::max<std::size_t>(4, messages.size() / 4);
      const auto batch = messages.first(std::min(size, messages.size()));
      batches.emplace_back(batch.begin(), batch.end());
      messages = messages.subspan(batch.size());
    }
    return batches;
  }

  const Way way_;
  std::mt19937 random_;
  std::vector<std::vector<MessagePtr>> waiting_;
  std::vector<MessagePtr> all_;
};

}  // namespace godwit::suite
