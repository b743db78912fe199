#pragma once
#include <cstdint>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace godwit::discovery {

/// A node, and where its internal port is.
struct Node {
  std::string name;
  std::string host;  ///< an IP address, or a name to look up
  std::uint16_t port = 0;
  bool alive = true;  ///< takes new sockets: its lease stands, and it does not drain
  friend bool operator==(const Node&, const Node&) = default;
};

/// Which nodes there are. Any thread; answers at once, from memory: it is asked each second, and for each socket.
class NodeList {
 public:
  virtual ~NodeList() = default;
  [[nodiscard]] virtual std::vector<Node> nodes() const = 0;
};

/// As it is told. Any thread.
class GivenNodes final : public NodeList {
 public:
  explicit GivenNodes(std::vector<Node> nodes = {}) : nodes_(std::move(nodes)) {}
  [[nodiscard]] std::vector<Node> nodes() const override {
    const std::lock_guard guard(mutex_);
    return nodes_;
  }
  void set(std::vector<Node> nodes) {
    const std::lock_guard guard(mutex_);
    nodes_ = std::move(nodes);
  }

 private:
  mutable std::mutex mutex_;
  std::vector<Node> nodes_;
};

}  // namespace godwit::discovery
