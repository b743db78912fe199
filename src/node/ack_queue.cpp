#include "node/ack_queue.hpp"

#include <algorithm>

namespace godwit::node {

void AckQueue::add(std::uint64_t socket, const Identity& who, Conversation conversation, Seq seq) {
  auto& place =
      places_.try_emplace(socket, Place{.user = who.user, .device = who.device, .positions = {}}).first->second;
  keep(socket, place, std::move(conversation), seq);
  if (!busy_) begin_after(kLinger);
}

bool AckQueue::full(std::uint64_t socket) const {
  const auto place = places_.find(socket);
  return place != places_.end() && (place->second.positions.size() >= kSocketMost || waiting() >= kMost);
}

void AckQueue::keep(std::uint64_t socket, Place& place, Conversation conversation, Seq seq) {
  const bool first = place.positions.empty();
  const auto known = place.positions.find(conversation);
  if (known != place.positions.end()) {
    known->second = std::max(known->second, seq);
  } else if (waiting() < 2 * kMost) {
    place.positions.emplace(std::move(conversation), seq);
    waiting_.fetch_add(1, std::memory_order_relaxed);
    if (first) turns_.push_back(socket);
  } else if (first) {
    places_.erase(socket);
  }
}

void AckQueue::begin_after(std::chrono::milliseconds time) {
  busy_ = true;
  executor_.post_after(time, [this, alive = std::weak_ptr(alive_)] {
    if (!alive.expired()) spawn(round(*this, alive));
  });
}

/// Everybody who has something waiting now, once; who comes meanwhile is in the next round.
Task<void> AckQueue::round(AckQueue& self, std::weak_ptr<char> alive) {
  for (auto left = self.turns_.size(); left > 0;) {
    auto batch = self.take();
    left -= std::min(left, batch.sockets.size());
    std::size_t positions = 0;
    for (const auto& device : batch.devices) positions += device.positions.size();
    const auto done = co_await self.offline_.acknowledge(batch.devices);
    if (alive.expired()) co_return;
    self.waiting_.fetch_sub(positions, std::memory_order_relaxed);
    if (done) continue;
    self.put_back(std::move(batch));
    co_return self.begin_after(kRetry);
  }
  self.busy_ = false;
  if (!self.turns_.empty()) self.begin_after(kLinger);
}

AckQueue::Batch AckQueue::take() {
  Batch batch;
  for (std::size_t room = kBatch; room > 0 && !turns_.empty();) {
    const auto socket = turns_.front();
    turns_.pop_front();
    auto& place = places_.at(socket);
    offline::Acknowledged device{.user = place.user, .device = place.device, .positions = {}};
    for (; room > 0 && !place.positions.empty(); --room) {
      auto position = place.positions.extract(place.positions.begin());
      device.positions.emplace_back(std::move(position.key()), position.mapped());
    }
    if (place.positions.empty())
      places_.erase(socket);
    else
      turns_.push_back(socket);
    batch.sockets.push_back(socket);
    batch.devices.push_back(std::move(device));
  }
  return batch;
}

void AckQueue::put_back(Batch batch) {
  for (std::size_t i = 0; i < batch.devices.size(); ++i) {
    auto& [user, device, positions] = batch.devices[i];
    for (auto& [conversation, seq] : positions) {
      auto& place =
          places_.try_emplace(batch.sockets[i], Place{.user = user, .device = device, .positions = {}}).first->second;
      keep(batch.sockets[i], place, std::move(conversation), seq);
    }
  }
}

}  // namespace godwit::node
