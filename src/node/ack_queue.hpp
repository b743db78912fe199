#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <unordered_map>
#include <vector>

#include "base/executor.hpp"
#include "domain/people.hpp"
#include "service/offline.hpp"

namespace godwit::node {

/// What the sockets of one hub have acknowledged, on its way to the inbox. Acknowledgements are cumulative, so of each
/// socket and conversation only the furthest waits. They linger for a moment, then leave in batches, sockets in turn
/// and one batch at a time; what could not be written comes again. What a socket said before it closed still leaves. On
/// the hub's executor only, but for `waiting`.
class AckQueue {
 public:
  static constexpr std::chrono::milliseconds kLinger{100};  ///< between rounds: how much a busy receiver saves
  static constexpr std::chrono::milliseconds kRetry{1000};  ///< after a failure
  static constexpr std::size_t kBatch = 128;                ///< positions
  static constexpr std::size_t kSocketMost = 256;           ///< conversations of one socket; then it is not read
  static constexpr std::size_t kMost = 65'536;              ///< in all; then no socket is read that has one waiting,
                                                ///< and above twice that new ones are dropped: frames come again

  AckQueue(Executor& executor, offline::Service& offline) : executor_(executor), offline_(offline) {}

  /// `socket`: a number that no other socket of the process ever has.
  void add(std::uint64_t socket, const Identity& who, Conversation conversation, Seq seq);
  /// Whether the socket must wait before it is read on.
  [[nodiscard]] bool full(std::uint64_t socket) const;
  /// Positions that are not written yet. Any thread.
  [[nodiscard]] std::size_t waiting() const noexcept { return waiting_.load(std::memory_order_relaxed); }

 private:
  struct Place {
    UserKey user;
    DeviceId device;
    std::unordered_map<Conversation, Seq> positions;
  };
  struct Batch {
    std::vector<offline::Acknowledged> devices;
    std::vector<std::uint64_t> sockets;  ///< whose each is
  };

  void keep(std::uint64_t socket, Place& place, Conversation conversation, Seq seq);
  void begin_after(std::chrono::milliseconds time);
  static Task<void> round(AckQueue& self, std::weak_ptr<char> alive);
  [[nodiscard]] Batch take();
  void put_back(Batch batch);

  Executor& executor_;
  offline::Service& offline_;
  std::unordered_map<std::uint64_t, Place> places_;  ///< of sockets with something waiting
  std::deque<std::uint64_t> turns_;                  ///< the same sockets, in turn
  std::atomic<std::size_t> waiting_{0};
  bool busy_ = false;  ///< a round is under way, or will begin
  std::shared_ptr<char> alive_ = std::make_shared<char>();
};

}  // namespace godwit::node
