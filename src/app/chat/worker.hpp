#pragma once
#include <functional>
#include <memory>

#include "app/chat/api.hpp"

namespace godwit::chat {

/// One thread with its own HTTP connection, doing calls one after the other.
class Worker {
 public:
  using Job = std::move_only_function<void(Api&)>;
  static constexpr std::size_t kMost = 128;

  Worker(const net::Url& server, const std::string& token);
  /// Waits for the call under way only briefly: one that hangs is left behind, its answer goes nowhere.
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// False at the bound: nothing was taken.
  [[nodiscard]] bool submit(Job job);

 private:
  struct Shared;
  static void work(Shared& shared);
  std::shared_ptr<Shared> shared_;
};

}  // namespace godwit::chat
