#pragma once
#include <chrono>
#include <string>
#include <vector>

#include "base/executor.hpp"
#include "service/node_list.hpp"
#include "service/registry.hpp"

namespace godwit::app {

/// The nodes that the settings name, and that of this process, with what the registry says of each: those that live and
/// take sockets are `alive`. While the registry is away they stay as they were; while it knows of none at all, because
/// it was emptied a moment ago, every node may be asked. Any thread.
class NodeWatch final : public discovery::NodeList {
 public:
  static constexpr std::chrono::milliseconds kLook{1000};

  explicit NodeWatch(const std::vector<discovery::Node>& nodes) : nodes_(nodes) {}

  [[nodiscard]] std::vector<discovery::Node> nodes() const override { return nodes_.nodes(); }
  /// Looks from now on, on `loop`, which runs no jobs any more when this or the registry goes.
  void start(registry::Registry& registry, Executor& loop);

 private:
  void beat();
  Task<void> look();

  discovery::GivenNodes nodes_;
  registry::Registry* registry_ = nullptr;
  Executor* loop_ = nullptr;
};

}  // namespace godwit::app
