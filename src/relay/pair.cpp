#include "relay/pair.hpp"

#include <sys/socket.h>

#include <cerrno>

#include "net/websocket/frame.hpp"
#include "net/websocket/shared_frame.hpp"

namespace godwit::relay {
namespace {

constexpr std::uint16_t kRestart = 1012;  ///< the node is gone: come back

}  // namespace

Pair::~Pair() {
  drop(client_);
  drop(node_);
}

void Pair::take(Side& side, int fd) {
  side.fd = fd;
  if (!desk_.loop.watch(fd, side)) finish();
}

void Pair::seat(net::RawSocket client, Slots::Slot opening) {
  opening_ = std::move(opening);
  if (!client.early.empty()) node_.waiting = std::make_unique<std::string>(std::move(client.early));
  take(client_, client.fd);
}

/// Whatever came before the watch began, or while there was no node, has had its edge: both are read until there is
/// nothing.
void Pair::join(net::RawSocket node) {
  joined_ = true;
  take(node_, node.fd);
  if (over_) return;
  flush(node_);
  heard_node(node.early);
  write(client_, node.early);
  pump(client_);
  pump(node_);
  settle();
}

void Pair::Side::on_ready(bool readable, bool writable, bool hup) {
  hung_up = hung_up || hup;
  if (!pair.joined_ || pair.over_) return;
  if (writable && waiting) {
    pair.flush(*this);
    if (!waiting) pair.pump(pair.other(*this));
  }
  if (readable || hup) pair.pump(*this);
  pair.settle();
}

void Pair::carry_on() {
  if (over_ || !joined_) return;
  pump(client_);
  pump(node_);
  settle();
}

/// Reads `from` until there is nothing, or the other side takes no more.
void Pair::pump(Side& from) {
  auto& to = other(from);
  char* const buffer = desk_.buffer.get();
  for (int i = 0; i < Desk::kTurn; ++i) {
    if (from.fd < 0 || from.ended || to.waiting) return;
    const auto size = ::recv(from.fd, buffer, Desk::kRead, 0);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno == EAGAIN) return;
    if (size <= 0) return end_of(from, size < 0);
    const std::string_view bytes(buffer, static_cast<std::size_t>(size));
    if (&from == &node_) heard_node(bytes);
    if (!to.shut) write(to, bytes);
    if (bytes.size() < Desk::kRead && !from.hung_up) return;  // the next bytes are a new edge; an announced end is not
  }
  owner_.more(*this);
}

void Pair::heard_node(std::string_view bytes) {
  border_.pass(bytes);
  if (!bytes.empty()) opening_.reset();
}

void Pair::end_of(Side& from, bool failed) {
  from.ended = true;
  if (&from == &node_) {
    if (!client_.ended && !border_.closed()) return node_died();
    if (failed) drop(node_);
    return shut(client_);
  }
  // A client that failed hears nothing more; one that only ended may still read.
  if (!failed) return shut(node_);
  drop(client_);
  drop(node_);
}

void Pair::node_died() {
  drop(node_);
  if (!close(kRestart, "the node is gone")) shut(client_);
}

bool Pair::close(std::uint16_t code, std::string_view reason) {
  if (over_ || closing_ || client_.fd < 0 || client_.shut || border_.closed() || !border_.here()) return false;
  closing_ = joined_ = true;  // also where no node was found
  const auto frame = net::SharedFrame::make(net::final_frame(net::Opcode::close), net::close_payload(code, reason));
  drop(node_);
  if (client_.waiting)
    client_.waiting->append(frame.data(), frame.size());
  else
    write(client_, {frame.data(), frame.size()});
  shut(client_);
  carry_on();
  return true;
}

void Pair::write(Side& to, std::string_view bytes) {
  while (!bytes.empty() && to.fd >= 0) {
    const auto size = ::send(to.fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno == EAGAIN) {
      to.waiting = std::make_unique<std::string>(bytes);
      return;
    }
    // Its end is read, which says more than a failed write.
    if (size < 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(size));
  }
}

void Pair::flush(Side& to) {
  if (!to.waiting) return;
  const auto bytes = std::move(to.waiting);
  write(to, *bytes);
  if (!to.waiting && to.shut && to.fd >= 0) ::shutdown(to.fd, SHUT_WR);
}

void Pair::shut(Side& to) {
  if (to.shut || to.fd < 0) return;
  to.shut = true;
  if (!to.waiting) ::shutdown(to.fd, SHUT_WR);
}

void Pair::drop(Side& side) noexcept {
  if (side.fd >= 0) desk_.loop.unwatch_and_close(side.fd, side);
  side.fd = -1;
  opening_.reset();
  side.ended = side.shut = true;
  side.waiting.reset();
}

/// Over: both sides have ended, and nothing waits.
void Pair::settle() {
  if (over_) return;
  const auto is_over = [](const Side& side, const Side& from) {
    return side.fd < 0 || (side.ended && from.ended && !side.waiting);
  };
  if (is_over(client_, node_) && is_over(node_, client_)) return finish();
  if ((client_.ended || node_.ended) && !std::exchange(half_, true)) owner_.half_over(*this);
}

void Pair::finish() {
  if (std::exchange(over_, true)) return;
  drop(client_);
  drop(node_);
  owner_.over(*this);
}

}  // namespace godwit::relay
