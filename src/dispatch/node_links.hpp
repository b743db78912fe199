#pragma once
#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "service/link.hpp"

namespace godwit::dispatch {

/// The dispatcher's end of its links: who is connected, and the way to them. Thread-safe; what one thread pushes leaves
/// in its order.
class NodeLinks final : public link::DispatcherEnd {
 public:
  /// Messages that were committed, on their way to the links. It is made before anybody is asked whom they reach: a
  /// link that opens from then on tells that something was missed, unless it was pushed there.
  class Delivery {
   public:
    explicit Delivery(NodeLinks& links);
    Delivery(const Delivery&) = delete;
    Delivery& operator=(const Delivery&) = delete;
    ~Delivery();
    /// At most once.
    void push(link::PushBatch batch);

   private:
    NodeLinks& links_;
  };

  /// Whether the user is connected somewhere.
  [[nodiscard]] bool reaches(const UserKey& user) const;
  /// To every node where somebody of the batch is: frames that are never stored.
  void push(link::PushBatch batch);
  /// To every node: something that was committed was pushed to nobody.
  void tell_missed();

  void heard(const link::LinkPtr& link, link::Up message) override;
  void ended(link::Link& link) override;

 private:
  struct Node {
    link::LinkPtr link;
    std::unordered_set<UserKey> users;
  };
  // under the mutex
  void send(const link::PushBatch& batch, std::uint64_t number);
  void take(Node& node, const link::Snapshot& snapshot);
  [[nodiscard]] link::PushBatch for_node(const Node& node, const link::PushBatch& batch) const;
  [[nodiscard]] static bool concerns(const Node& node, const link::Push& push);

  mutable std::mutex mutex_;                     // held while a link is sent to: so each of them has one order
  std::unordered_map<std::string, Node> nodes_;  // whose link stands, by name
  std::uint64_t committed_ = 1;  // deliveries that began, and one for an earlier life of this dispatcher
  std::uint64_t pushed_ = 1;                     // all of them up to this one have been pushed
  std::size_t delivering_ = 0;
};

}  // namespace godwit::dispatch
