#include "engine/rocksdb/recent.hpp"

namespace godwit::rocks {

void Recent::add(std::vector<MessagePtr> messages) {
  std::lock_guard lock(mutex_);
  for (auto& message : messages) {
    bytes_ += weight(*message);
    messages_.push_back(std::move(message));
  }
  while (messages_.size() > settings_.recent_messages || (bytes_ > settings_.recent_bytes && !messages_.empty())) {
    bytes_ -= weight(*messages_.front());
    messages_.pop_front();
  }
  end_.fetch_add(messages.size());
}

void Recent::wake() {
  {
    std::lock_guard lock(mutex_);
  }  // whoever is about to wait has looked before, or waits by now
  more_.notify_all();
}

std::vector<MessagePtr> Recent::from(Offset from) const {
  std::vector<MessagePtr> taken;
  std::lock_guard lock(mutex_);
  const auto first = end_.load() - messages_.size();
  if (from < first) return taken;
  std::size_t bytes = 0;
  for (auto at = from - first;
       at < messages_.size() && taken.size() < settings_.take_messages && bytes < settings_.take_bytes; ++at) {
    bytes += weight(*messages_[at]);
    taken.push_back(messages_[at]);
  }
  return taken;
}

void Recent::wait(const std::atomic<Offset>& next, const std::atomic<bool>& stopped) {
  std::unique_lock lock(mutex_);
  more_.wait(lock, [&] { return stopped.load() || end_.load() > next.load(); });
}

}  // namespace godwit::rocks
