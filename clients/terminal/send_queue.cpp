#include "clients/terminal/send_queue.hpp"

#include <algorithm>

namespace godwit::chat {

std::deque<Outgoing>::iterator SendQueue::find(const std::string& client_id) {
  return std::ranges::find(queue_, client_id, &Outgoing::client_id);
}

bool SendQueue::add(Outgoing message) {
  if (queue_.size() >= kMost) return false;
  queue_.push_back(std::move(message));
  return true;
}

std::optional<Outgoing> SendQueue::next(Millis now) {
  if (now < retry_at_) return std::nullopt;
  for (auto& message : queue_) {
    if (message.state == Outgoing::State::sending) return std::nullopt;
    if (message.state == Outgoing::State::failed) continue;
    message.state = Outgoing::State::sending;
    return message;
  }
  return std::nullopt;
}

void SendQueue::sent(const std::string& client_id) {
  const auto message = find(client_id);
  if (message == queue_.end()) return;
  queue_.erase(message);
  attempts_ = 0;
  retry_at_ = 0;
}

void SendQueue::refused(const std::string& client_id, std::string why) {
  const auto message = find(client_id);
  if (message == queue_.end()) return;
  message->state = Outgoing::State::failed;
  message->why = std::move(why);
  attempts_ = 0;
}

void SendQueue::try_again(const std::string& client_id, Millis retry_at) {
  const auto message = find(client_id);
  if (message == queue_.end()) return;
  message->state = Outgoing::State::waiting;
  retry_at_ = retry_at;
  ++attempts_;
}

std::size_t SendQueue::retry_failed() {
  std::size_t count = 0;
  for (auto& message : queue_) {
    if (message.state != Outgoing::State::failed) continue;
    message.state = Outgoing::State::waiting;
    message.why.clear();
    ++count;
  }
  return count;
}

std::size_t SendQueue::drop_failed() {
  return std::erase_if(queue_, [](const Outgoing& message) { return message.state == Outgoing::State::failed; });
}

std::size_t SendQueue::unsent() const noexcept {
  return static_cast<std::size_t>(
      std::ranges::count_if(queue_, [](const Outgoing& message) { return message.state != Outgoing::State::failed; }));
}

}  // namespace godwit::chat
