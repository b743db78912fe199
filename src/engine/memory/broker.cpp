#include "engine/memory/broker.hpp"

#include <algorithm>

namespace godwit::memory {

using dispatch::Delivery;
using dispatch::Topic;

Millis Broker::now() {
  const auto now = clock_.now();
  for (auto& pages : pages_)
    for (auto& page : pages) page.hidden_until -= std::max<Millis>(0, last_now_ - now);
  return last_now_ = now;
}

Task<Result<void>> Broker::send(Topic topic, std::string /*key*/, std::string body) {
  std::lock_guard lock(mutex_);
  if (body.empty() || body.size() > kMostBytes) co_return fail(Code::internal, "a page of this size cannot be sent");
  if (at(topic).size() >= most_) co_return fail(Code::unavailable, "the broker is full");
  at(topic).push_back({.body = std::move(body)});
  co_return Result<void>{};
}

Task<Result<std::vector<Delivery>>> Broker::receive(Topic topic, std::size_t most, std::chrono::milliseconds /*wait*/,
                                                    std::chrono::milliseconds invisible) {
  std::lock_guard lock(mutex_);
  const auto when = now();
  std::vector<Delivery> out;
  for (auto& page : at(topic)) {
    if (out.size() == most) break;
    if (page.hidden_until > when) continue;
    page.hidden_until = when + invisible.count();
    page.receipt = ++receipts_;
    out.push_back({.body = page.body, .receipt = std::to_string(page.receipt), .attempt = ++page.attempts});
  }
  co_return out;
}

Task<Result<void>> Broker::acknowledge(Topic topic, std::vector<std::string> receipts) {
  std::lock_guard lock(mutex_);
  const auto when = now();
  std::erase_if(at(topic), [&](const Page& page) {
    return page.hidden_until > when &&
           std::ranges::find(receipts, std::to_string(page.receipt)) != receipts.end();
  });
  co_return Result<void>{};
}

std::size_t Broker::kept(Topic topic) {
  std::lock_guard lock(mutex_);
  return at(topic).size();
}

}  // namespace godwit::memory
