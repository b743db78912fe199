#include <sys/socket.h>

#include <cerrno>

#include "net/websocket/channel_host.hpp"

namespace godwit::net {
namespace {

/// Between two turns whose bytes are dropped: who is closed and goes on sending gets no more of the loop than this.
constexpr std::chrono::milliseconds kDropPause{20};

/// Pongs that may wait in a queue; above, only the latest ping is answered.
constexpr std::size_t kWaitingPongs = 64;

}  // namespace

/// What the decoder finds goes to the channel, until the channel is closing or gone.
struct Channel::Incoming final : MessageSink {
  Incoming(Channel& own_channel, const Alive& own_alive) : channel(own_channel), alive(own_alive) {}

  bool message(std::string_view payload, bool text) override {
    ++messages;
    if (channel.closing()) return true;  // still on its way when we closed
    channel.on_message(payload, text);
    return static_cast<bool>(alive);
  }
  bool ping(std::string_view payload) override { return ++messages, channel.on_ping(payload); }
  bool pong(std::string_view) override { return ++messages, true; }
  bool close(std::string_view payload) override { return channel.on_peer_close(payload); }

  Channel& channel;
  const Alive& alive;
  std::uint32_t messages = 0;
};

void Channel::on_ready(bool readable, bool writable, bool hung_up) {
  if (writable && blocked_) {
    blocked_ = false;
    request_flush();
  }
  if (readable || hung_up) read(hung_up);
}

void Channel::read(bool to_the_end) {
  if (rests_) return;  // at the end of the rest it reads until there is nothing
  unless_out_of_memory([&] { read_turn(to_the_end); });
}

/// Behind a turn that was full, or a rest: whoever has bytes waiting has no new edge.
void Channel::read_on() {
  if (rests_) return;
  unless_out_of_memory([&] {
    if (end_turn(0, 0)) read_turn(true);
  });
}

/// At most kTurn bytes, then others have theirs. A short read has emptied the socket, and the next bytes are a new
/// edge. An end that was announced already is not: `to_the_end` reads on until there is nothing.
void Channel::read_turn(bool to_the_end) {
  auto& host = host_->impl();
  for (std::size_t room = ChannelHost::Impl::kTurn; room > 0;) {
    const auto size = ::recv(fd_, host.buffer.get(), room, 0);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno == EAGAIN) return;
    if (size <= 0) return end_of_input(size < 0);
    awaits_pong_ = false;
    const std::span<char> bytes(host.buffer.get(), static_cast<std::size_t>(size));
    if ((state_ == State::open || state_ == State::closing) && !take(bytes)) return;
    if (bytes.size() < room && !to_the_end) return;
    room -= bytes.size();
  }
  if (state_ != State::open) return host.rest(*this, kDropPause);
  if (!unread_) host.read_later(*this);
}

/// False: the channel is gone, or rests.
bool Channel::take(std::span<char> bytes) {
  const Alive alive(*host_, *this);
  Incoming incoming(*this, alive);
  const std::uint16_t failure = decoder_.feed(bytes, host_->impl().limits, incoming);
  if (!alive) return false;
  if (failure != 0) fail(failure);
  return end_turn(incoming.messages, bytes.size());
}

/// Whether to read on: false where the channel rests now, or is gone.
bool Channel::end_turn(std::uint32_t messages, std::size_t bytes) {
  if (closing()) return true;
  const Alive alive(*host_, *this);
  const auto rest = on_turn(messages, bytes);
  if (!alive) return false;
  if (rest.count() <= 0 || closing()) return true;
  host_->impl().rest(*this, rest);
  return false;
}

/// RFC 6455 §7.1.7: says why, and waits for no answer.
void Channel::fail(std::uint16_t code) {
  decoder_.reset();
  if (state_ == State::open) return begin_close(code, {}, State::ending);
  state_ = State::ending;  // our close frame is said already
  request_flush();
}

void Channel::end_of_input(bool failed) {
  if (failed || state_ != State::ending || !first_) return finish();
  input_ended_ = true;  // our close frame still has to leave: the peer may have closed its side only
}

bool Channel::on_ping(std::string_view payload) {
  if (closing()) return true;  // nothing may follow a close frame (§5.5.1)
  SharedFrame pong = host_->impl().control(Opcode::pong, payload);
  if (!blocked_ && (!rest_ || rest_->frames().size() < kWaitingPongs)) {
    send(pong);
  } else {
    if (!rest_) rest_ = host_->impl().take_outbox();
    rest_->late_pong = std::move(pong);
  }
  return true;
}

/// Answers with the same code (§5.5.1); after a close frame nothing is read any more.
bool Channel::on_peer_close(std::string_view payload) {
  const ParsedClose close = parse_close(payload);
  if (state_ == State::open) {
    const std::uint16_t code = close.failure != 0 ? close.failure : close.code;
    begin_close(code, {}, State::ending);
  } else {
    state_ = State::ending;
    request_flush();
  }
  return false;
}

}  // namespace godwit::net
