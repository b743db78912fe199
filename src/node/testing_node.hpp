#pragma once
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/testing_executor.hpp"
#include "node/node_role.hpp"
#include "node/socket.hpp"
#include "service/fake_dispatch.hpp"
#include "service/fake_offline.hpp"

/// What a node's tests stand on: sockets that note what they are sent, other roles that do nothing.
namespace godwit::node::testing {

class FakeSocket;

/// What became of a socket.
struct Seen {
  std::vector<std::string> frames;
  int closed = 0;  ///< by the node, with this code
  FakeSocket* socket = nullptr;

  /// Frames that begin so, since the last call of it.
  [[nodiscard]] std::vector<std::string> take(const std::string& beginning) {
    std::vector<std::string> taken;
    for (auto& frame : std::exchange(frames, {}))
      if (frame.starts_with(beginning)) taken.push_back(std::move(frame));
    return taken;
  }
  [[nodiscard]] std::size_t count(const std::string& beginning) const {
    return static_cast<std::size_t>(
        std::ranges::count_if(frames, [&](const std::string& frame) { return frame.starts_with(beginning); }));
  }
};

class FakeSocket final : public Socket {
 public:
  FakeSocket(Identity who, Seen& seen) : Socket(std::move(who)), seen_(seen) { seen_.socket = this; }
  void send(const net::SharedFrame& frame) override {
    const std::size_t head = (static_cast<unsigned char>(frame.data()[1]) & 0x7FU) < 126 ? 2 : 4;
    seen_.frames.emplace_back(frame.data() + head, frame.size() - head);
  }
  void close(std::uint16_t code, std::string_view) override {
    if (seen_.closed == 0) seen_.closed = code;
    leave();
  }
  /// The client hangs up.
  void hang_up() {
    seen_.socket = nullptr;
    gone(1000);
  }

 private:
  Seen& seen_;
};

}  // namespace godwit::node::testing
