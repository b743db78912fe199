#pragma once
#include <chrono>
#include <cstddef>

namespace godwit::offline {

struct Settings {
  std::chrono::seconds keep{259'200};       ///< inbox.keep: how long an entry waits for its devices
  std::chrono::seconds sweep_every{60};     ///< pause between two rounds of the sweep
  std::size_t sweep_conversations = 1'000;  ///< looked at in one step
  std::size_t page_bytes = 1U << 20U;       ///< a page of /v1/offline ends when it has so much
  std::size_t counted = 20'000;  ///< (user, conversation) pairs whose unread count is remembered, about 200 bytes each
};

}  // namespace godwit::offline
