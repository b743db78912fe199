#pragma once
#include <cstdint>
#include <memory>

#include "domain/message.hpp"
#include "domain/people.hpp"
#include "net/channel.hpp"
#include "node/frame_rates.hpp"
#include "service/node.hpp"

namespace godwit::node {

class Hub;

/// One device's socket: the channel and whose it is. Owned by its hub; lives on the hub's loop, deletes itself when the
/// channel has ended. Kept small: there may be 20,000 of these a process.
class Connection final : public net::Channel {
 public:
  Connection(Hub& hub, Identity who, std::uint64_t number) : hub_(hub), who_(std::move(who)), number_(number) {}

  [[nodiscard]] const Identity& who() const noexcept { return who_; }
  /// Grows with every accepted socket of the process: tells an older socket of a session from a newer one.
  [[nodiscard]] std::uint64_t number() const noexcept { return number_; }

  /// Says why (202), then closes.
  void end(Close code, std::string_view reason = {});

 private:
  void on_message(std::string_view payload, bool text) override;
  std::chrono::milliseconds on_turn(std::uint32_t messages, std::size_t bytes) override;
  void on_close_begun() noexcept override;
  void on_closed(std::uint16_t code) override;
  void acknowledge(const std::string& view, Seq seq);
  void type_in(const std::string& view);
  bool far_above(std::chrono::milliseconds debt, std::chrono::milliseconds rest, SteadyTime now);

  Hub& hub_;
  Identity who_;
  std::uint64_t number_;
  std::uint32_t typing_window_ = 0;  ///< the second in which `typing_count_` counts
  std::uint16_t typing_count_ = 0;
  FrameMeter meter_{};
  std::uint32_t over_since_ = 0;  ///< steady seconds; above its rate at every turn since then; 0: it is not
  bool left_ = false;

  friend class Hub;
};

}  // namespace godwit::node
