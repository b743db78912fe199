#pragma once
#include <functional>
#include <memory>

#include "clients/terminal/api.hpp"

namespace godwit::chat {

/// One thread with its own HTTP connection, doing calls one after the other.
class Caller {
 public:
  using Job = std::move_only_function<void(Api&)>;
  static constexpr std::size_t kMost = 128;

  Caller(const net::Url& server, const std::string& token);
  /// Waits for the call under way only briefly: one that hangs is left behind, its answer goes nowhere.
  ~Caller();
  Caller(const Caller&) = delete;
  Caller& operator=(const Caller&) = delete;

  /// False at the bound: nothing was taken.
  [[nodiscard]] bool submit(Job job);

 private:
  struct Shared;
  static void work(Shared& shared);
  std::shared_ptr<Shared> shared_;
};

}  // namespace godwit::chat
