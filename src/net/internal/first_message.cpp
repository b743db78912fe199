#include "net/internal/first_message.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "net/internal/dial.hpp"
#include "net/websocket/frame.hpp"

namespace godwit::net::internal {

FirstMessage::~FirstMessage() {
  if (socket_.fd >= 0) socket_.loop->unwatch_and_close(socket_.fd, *this);
}

void FirstMessage::start() {
  if (!socket_.loop->watch(socket_.fd, *this)) return finish(fail(Code::unavailable, "cannot be watched"));
  (void)look();
}

void FirstMessage::on_ready(bool, bool, bool) {
  std::array<char, kMost> buffer;
  for (;;) {
    const auto size = ::recv(socket_.fd, buffer.data(), buffer.size(), 0);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno == EAGAIN) return;
    if (size <= 0) return finish(fail(Code::unavailable, "it hung up"));
    socket_.early.append(buffer.data(), static_cast<std::size_t>(size));
    if (!look()) return;
  }
}

bool FirstMessage::look() {
  FrameHead head;
  const auto status = parse_frame_head(socket_.early, head);
  if (status == HeadStatus::need_more) return true;
  const bool close = status == HeadStatus::complete && head.opcode == Opcode::close;
  const bool fits =
      status == HeadStatus::complete && head.fin && head.length <= kMost && (head.opcode == Opcode::binary || close);
  if (!fits) return finish(fail(Code::malformed_request, "its first message is none of ours")), false;
  const auto length = static_cast<std::size_t>(head.length);
  if (socket_.early.size() < head.size + length) return true;
  std::string payload = socket_.early.substr(head.size, length);
  apply_mask(payload.data(), payload.size(), head.mask, 0);
  socket_.early.erase(0, head.size + length);
  if (close) {
    const bool secret = parse_close(payload).code == kSecretDiffers;
    finish(fail(Code::unauthenticated, secret ? "it says that our secret is another" : "it closed at once"));
  } else {
    finish(std::move(payload));
  }
  return false;
}

//// The watch goes on to whoever takes the socket over.
void FirstMessage::finish(Result<std::string> payload) {
  RawSocket socket = std::exchange(socket_, {});
  auto* const loop = socket.loop;
  const int fd = socket.fd;
  loop->hand_over(fd, *this, [this, &payload, &socket] {
    auto done = std::move(done_);
    done({.payload = std::move(payload), .socket = std::move(socket)});
  });
}

}  // namespace godwit::net::internal
