#pragma once
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "domain/message.hpp"

namespace godwit::offline {

/// How many messages of others were counted above a read position, and up to where: so that nothing is counted twice.
/// Bounded: when full it forgets everything and counting begins anew. Thread-safe.
class UnreadCounts {
 public:
  explicit UnreadCounts(std::size_t capacity) : capacity_(capacity) {}

  struct Counted {
    Seq above = 0;  ///< the read position that it was counted from
    Seq up_to = 0;
    std::uint64_t count = 0;
  };
  [[nodiscard]] std::optional<Counted> find(const UserKey& user, const Conversation& conversation) const;
  void remember(const UserKey& user, const Conversation& conversation, const Counted& counted);

 private:
  [[nodiscard]] static std::string key(const UserKey& user, const Conversation& conversation) {
    return user.str() + '\0' + conversation.name();
  }

  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Counted> counts_;
};

}  // namespace godwit::offline
