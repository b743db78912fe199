#include "net/websocket/channel.hpp"

#include "net/websocket/channel_host.hpp"

// Opening and ending. Reading is in channel_read.cpp, writing in channel_write.cpp.

namespace godwit::net {

Channel::Channel() = default;
Channel::~Channel() {
  if (state_ != State::fresh && state_ != State::closed) release();
}

void Channel::open(ChannelHost& host, RawSocket socket) {
  host_ = &host;
  fd_ = socket.fd;
  state_ = State::open;
  host.impl().add(*this);
  if (!host.impl().loop.watch(fd_, *this)) {
    state_ = State::ending;
    input_ended_ = true;
    request_flush();
  } else if (!socket.early.empty()) {
    unless_out_of_memory([&] { take(socket.early); });
  }
}

void Channel::close(std::uint16_t code, std::string_view reason) {
  if (!closing()) begin_close(code, reason, State::closing);
}

/// Queues the close frame, past the bound, and starts the deadline.
void Channel::begin_close(std::uint16_t code, std::string_view reason, State next) {
  state_ = next;
  code_ = code;
  overflowed_ = false;
  enqueue(host_->impl().control(Opcode::close, close_payload(code, reason)));
  host_->impl().to_closing(*this);
  if (rests_) {  // what is still on its way is dropped, and the peer's close frame comes after it
    host_->impl().end_rest(*this);
    if (!unread_) host_->impl().read_later(*this);
  }
  on_close_begun();
}

/// 4002 and 4003: the owner may say something first.
void Channel::close_by_itself(std::uint16_t code) {
  const Alive alive(*host_, *this);
  overflowed_ = false;
  on_closing(code);
  if (!alive || state_ != State::open) return;
  begin_close(code, {}, State::closing);
}

/// Gives everything back and tells the owner, who may destroy this.
void Channel::finish() {
  const std::uint16_t code = code_ != 0 ? code_ : CloseCode::abnormal;
  release();
  on_closed(code);
}

void Channel::release() noexcept {
  auto& host = host_->impl();
  host.forget(*this);
  host.loop.unwatch_and_close(fd_, *this);
  fd_ = -1;
  host.give_back(std::move(rest_));
  first_ = {};
  queued_ = begun_ = 0;
  flush_place_ = kNotListed;
  unread_ = false;
  decoder_.reset();
  state_ = State::closed;
}

}  // namespace godwit::net
