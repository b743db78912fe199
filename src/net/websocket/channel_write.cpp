#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "net/websocket/channel_host.hpp"

namespace godwit::net {
namespace {

/// What a queued frame costs beside its bytes, so that a queue of tiny ones is bounded too.
constexpr std::uint32_t kFrameCost = 32;

/// Small frames are copied into one piece: measured 8 % cheaper for eight texts than handing the kernel a piece each.
constexpr std::size_t kCopied = 16 * 1024;

std::uint32_t cost(const SharedFrame& frame) noexcept { return static_cast<std::uint32_t>(frame.size()) + kFrameCost; }

}  // namespace

void Channel::send(const SharedFrame& frame) {
  if (closing() || !frame) return;
  if (std::uint64_t{queued_} + cost(frame) > host_->impl().settings.queue_bytes) {
    // The client resumes from what is stored, so there is no sense in holding it. What to do about it is decided at the
    // end of the wake-up: whoever sends is called back by nobody.
    overflowed_ = true;
    drop_queue();
    request_flush();
    return;
  }
  enqueue(frame);
}

void Channel::enqueue(SharedFrame frame) {
  queued_ += cost(frame);
  if (!first_) {
    first_ = std::move(frame);
  } else {
    if (!rest_) rest_ = host_->impl().take_outbox();
    rest_->push(std::move(frame));
  }
  if (!blocked_) request_flush();
}

void Channel::request_flush() {
  if (flush_place_ == kNotListed) host_->impl().flush_later(*this);
}

/// All but a frame that has begun to leave.
void Channel::drop_queue() {
  host_->impl().give_back(std::move(rest_));
  if (begun_ == 0) first_ = {};
  queued_ = first_ ? cost(first_) : 0;
}

/// The end of the wake-up: everything queued leaves in one write.
void Channel::flush() {
  const Alive alive(*host_, *this);
  if (overflowed_ && state_ == State::open) {
    close_by_itself(CloseCode::too_slow);
    if (!alive) return;
  }
  if (!write_queue()) return finish();
  if (first_ || state_ != State::ending) return;
  if (input_ended_) return finish();
  ::shutdown(fd_, SHUT_WR);
  state_ = State::lingering;
}

/// False where the socket has failed.
bool Channel::write_queue() {
  while (first_ && !blocked_) {
    const auto size = write_some();
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno == EAGAIN) {
      blocked_ = true;
    } else if (size < 0) {
      return false;
    } else {
      consume(static_cast<std::size_t>(size));
    }
  }
  return true;
}

/// One system call: the single frame of the common case, or as many as go into one.
ssize_t Channel::write_some() {
  if (!rest_ || rest_->empty()) return ::send(fd_, first_.data() + begun_, first_.size() - begun_, MSG_NOSIGNAL);
  auto& pieces = host_->impl().pieces;
  pieces[0] = {const_cast<char*>(first_.data()) + begun_, first_.size() - begun_};
  std::size_t count = 1;
  std::size_t bytes = pieces[0].iov_len;
  for (const auto& frame : rest_->frames()) {
    if (count == pieces.size()) break;
    pieces[count++] = {const_cast<char*>(frame.data()), frame.size()};
    bytes += frame.size();
  }
  if (bytes <= kCopied) return write_copied(std::span(pieces).first(count), bytes);
  const msghdr message{.msg_iov = pieces.data(), .msg_iovlen = count};
  return ::sendmsg(fd_, &message, MSG_NOSIGNAL);
}

/// Nothing is being read while a flush runs, so the host's read buffer is free.
ssize_t Channel::write_copied(std::span<const iovec> pieces, std::size_t bytes) const {
  char* const buffer = host_->impl().buffer.get();
  char* end = buffer;
  for (const auto& piece : pieces) {
    std::memcpy(end, piece.iov_base, piece.iov_len);
    end += piece.iov_len;
  }
  return ::send(fd_, buffer, bytes, MSG_NOSIGNAL);
}

/// Drops what is written from the front of the queue.
void Channel::consume(std::size_t written) {
  while (first_) {
    const std::size_t left = first_.size() - begun_;
    if (written < left) {
      begun_ += static_cast<std::uint32_t>(written);
      return;
    }
    written -= left;
    begun_ = 0;
    queued_ -= cost(first_);
    first_ = next_frame();
  }
  host_->impl().give_back(std::move(rest_));
}

SharedFrame Channel::next_frame() noexcept {
  if (!rest_) return {};
  if (!rest_->empty()) return rest_->pop();
  SharedFrame pong = std::exchange(rest_->late_pong, {});
  if (pong && state_ == State::open) {
    queued_ += cost(pong);
    return pong;
  }
  return {};
}

}  // namespace godwit::net
