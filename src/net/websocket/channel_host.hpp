#pragma once
#include <array>
#include <memory>
#include <new>
#include <vector>

#include "net/websocket/channel.hpp"
#include "net/websocket/outbox.hpp"

namespace godwit::net {

/// Tells a function on the stack whether its channel was destroyed or closed by a callback. Costs the channel nothing:
/// the host holds the chain of those that stand at the moment.
class Channel::Alive {
 public:
  Alive(ChannelHost& host, Channel& channel) noexcept;
  Alive(const Alive&) = delete;
  Alive& operator=(const Alive&) = delete;
  ~Alive();
  explicit operator bool() const noexcept { return channel_ != nullptr; }

 private:
  friend class ChannelHost;
  ChannelHost& host_;
  Alive* outer_;
  Channel* channel_;
};

/// Memory ran out for what this channel's peer sent: the channel alone ends.
template <class Act>
void Channel::unless_out_of_memory(Act act) {
  const Alive alive(*host_, *this);
  try {
    act();
  } catch (const std::bad_alloc&) {
    if (alive) finish();
  }
}

struct ChannelHost::Impl {
  Impl(EventLoop& own_loop, ChannelSettings own_settings);
  ~Impl();
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  static constexpr std::size_t kBuffer = 64 * 1024;
  static constexpr std::size_t kTurn =
      16 * 1024;  ///< read from one channel before others are served: some 300 small frames
  static constexpr std::size_t kPieces = 512;       ///< of one write (IOV_MAX is 1,024)
  static constexpr std::size_t kSpareOutboxes = 1024;

  /// A channel came; its first ping is due between half an interval and a whole one from now: those that connect
  /// together do not ping together.
  void add(Channel& channel) noexcept;
  /// Off the wheel, onto the ring of those that have `close_deadline` left.
  void to_closing(Channel& channel) noexcept;
  void forget(Channel& channel) noexcept;

  void flush_later(Channel& channel);
  void flush_all();
  void read_later(Channel& channel);
  void read_unread();
  void rest(Channel& channel, std::chrono::milliseconds time);
  void end_rest(Channel& channel) noexcept;  ///< without reading
  void end_rests();

  std::unique_ptr<Outbox> take_outbox();
  void give_back(std::unique_ptr<Outbox> outbox) noexcept;

  void schedule_tick();
  void on_tick();
  void ping_due();
  void close_silent();
  void end_overdue();

  /// A control frame, as this host's role sends it.
  [[nodiscard]] SharedFrame control(Opcode opcode, std::string_view payload) const {
    return settings.client ? SharedFrame::masked(final_frame(opcode), payload)
                           : SharedFrame::make(final_frame(opcode), payload);
  }

  EventLoop& loop;
  ChannelSettings settings;
  DecoderLimits limits;
  std::unique_ptr<char[]> buffer = std::make_unique<char[]>(kBuffer);
  std::array<iovec, kPieces> pieces{};

  std::vector<Channel*> flush_list{};
  std::vector<Channel*> unread{};
  struct Resting {
    Channel* channel;  ///< nullptr: gone
    EventLoop::TimePoint until;
  };
  std::vector<Resting> resting{};
  std::vector<std::unique_ptr<Outbox>> spare{};
  Channel::Alive* guards = nullptr;
  std::size_t open = 0;

  std::chrono::milliseconds tick_length;
  std::uint32_t tick = 0;
  std::uint32_t buckets;       ///< of the wheel: ticks from ping to ping
  std::uint32_t pong_ticks;
  std::uint32_t close_ticks;
  std::uint32_t joined = 0;
  std::unique_ptr<RingLink[]> wheel;
  RingLink closing{};
  SharedFrame ping = control(Opcode::ping, {});
  std::shared_ptr<char> alive = std::make_shared<char>();  ///< what jobs on the loop hold weakly
};

}  // namespace godwit::net
