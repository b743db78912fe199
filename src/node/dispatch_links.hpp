#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/executor.hpp"
#include "service/link.hpp"

namespace godwit::node {

/// What a node does with what comes down its links. Any thread.
class PushTarget {
 public:
  virtual ~PushTarget() = default;
  virtual void push(link::PushBatch batch) = 0;
  /// Something may have been missed: every client is to pull.
  virtual void tell_missed() = 0;
};

/// The node's end of its links: tells every dispatcher who is connected here. Thread-safe.
class DispatchLinks final : public link::NodeEnd {
 public:
  /// A link that has not acknowledged a registration for so long is cut.
  static constexpr std::chrono::milliseconds kPatience{1000};

  /// Timers run on `executor`.
  DispatchLinks(PushTarget& target, Executor& executor) : target_(target), executor_(executor) {}

  /// Another socket of the user, or one less.
  void add(const UserKey& user);
  void remove(const UserKey& user);
  /// Comes back when every link has acknowledged who was added before the call, or was cut.
  Task<void> acknowledged();
  /// Whether the user has a socket here.
  [[nodiscard]] bool connected(const UserKey& user) const;
  [[nodiscard]] std::size_t users() const;

  void opened(link::LinkPtr link) override;
  void heard(link::Link& link, link::Down message) override;
  void ended(link::Link& link) override;

 private:
  static constexpr std::size_t kMostKnown = 64;  ///< dispatchers whose last push is remembered
  struct Open {
    link::LinkPtr link;
    std::uint64_t acknowledged = 0;
  };
  struct Waiting {
    std::uint64_t number = 0;
    std::move_only_function<void(bool)> done;
  };
  void tell_all(const link::Up& message);
  void registered(const link::Link& link, std::uint64_t up_to);
  void wait(std::uint64_t number, std::move_only_function<void(bool)> done);
  void give_up(std::uint64_t number);
  // under links_mutex_
  [[nodiscard]] bool all_know(std::uint64_t number) const;
  void wake();

  PushTarget& target_;
  Executor& executor_;
  mutable std::mutex users_mutex_;  // held while the links are told, so that all hear of it in one order
  std::unordered_map<UserKey, std::uint32_t> users_;
  std::uint64_t last_ = 0;  // number of the last user that the links were told of

  mutable std::mutex links_mutex_;  // taken after users_mutex_, and held over no call of others
  std::vector<Open> links_;
  std::vector<Waiting> waiting_;
  std::unordered_map<std::string, std::uint64_t> pushed_;  // number of each dispatcher's last push
  std::shared_ptr<char> alive_ = std::make_shared<char>();
};

}  // namespace godwit::node
