#include "rpc/heard.hpp"

#include <algorithm>

#include "base/executor.hpp"

namespace godwit::rpc {

namespace {
constexpr std::chrono::milliseconds kLook{2}, kMost{500};
}

changes::Position Heard::so_far() const {
  const auto heard = feed_.reached() ? feed_.position() : changes::Position{};
  return published_ ? std::max(heard, published_()) : heard;
}

Task<void> Heard::wait_for(changes::Position place) const {
  auto* const executor = Executor::current();
  if (executor == nullptr) co_return;
  for (auto left = kMost; left.count() > 0 && feed_.reached() && feed_.position() < place; left -= kLook)
    co_await sleep_for(*executor, kLook);
}

}  // namespace godwit::rpc
