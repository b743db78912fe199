#pragma once
#include <map>
#include <mutex>
#include <utility>

#include "service/dispatch.hpp"

namespace godwit::dispatch {

/// Whom the group frames go to that this process has given to the ledger and that it has not answered yet. Bounded by
/// the ledger's queue. Thread-safe.
class Audiences {
  using Waiting = std::multimap<MessageId, Audience>;  // two sends of one id may be on their way at once

 public:
  /// Known until it goes.
  class Held {
   public:
    Held() = default;
    Held(Audiences& audiences, Waiting::iterator place) : audiences_(&audiences), place_(place) {}
    Held(Held&& other) noexcept : audiences_(std::exchange(other.audiences_, nullptr)), place_(other.place_) {}
    Held& operator=(Held&&) = delete;
    ~Held() {
      if (audiences_ != nullptr) audiences_->drop(place_);
    }

   private:
    Audiences* audiences_ = nullptr;
    Waiting::iterator place_{};
  };

  [[nodiscard]] Held hold(const Message& message, Audience audience) {
    if (!audience || message.conversation.kind() != Conversation::Kind::group) return {};
    std::lock_guard lock(mutex_);
    return {*this, waiting_.emplace(message.id, std::move(audience))};
  }

  /// nullptr: unknown.
  [[nodiscard]] Audience of(const MessageId& id) const {
    std::lock_guard lock(mutex_);
    const auto found = waiting_.find(id);
    return found == waiting_.end() ? nullptr : found->second;
  }

 private:
  void drop(Waiting::iterator place) {
    std::lock_guard lock(mutex_);
    waiting_.erase(place);
  }

  mutable std::mutex mutex_;
  Waiting waiting_;
};

}  // namespace godwit::dispatch
