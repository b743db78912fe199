#include "rpc/heard.hpp"

#include <algorithm>

#include "base/executor.hpp"

namespace godwit::rpc {

namespace {
constexpr std::chrono::milliseconds kLook{2}, kMost{500};
}

Task<bool> heard_of(const changes::ChangeFeed& feed, changes::Position place) {
  auto* const executor = Executor::current();
  for (auto left = kMost; feed.reached() && feed.position() < place; left -= kLook) {
    if (executor == nullptr || left.count() <= 0) co_return false;
    co_await sleep_for(*executor, kLook);
  }
  co_return true;
}

changes::Position Heard::so_far() const {
  const auto heard = feed_.reached() ? feed_.position() : changes::Position{};
  return published_ ? std::max(heard, published_()) : heard;
}

Task<bool> Heard::wait_for(changes::Position place) const { return heard_of(feed_, place); }

}  // namespace godwit::rpc
