#include "engine/redis/connection.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace godwit::redis {

Connection::~Connection() {
  if (fd_ >= 0) loop_.unwatch_and_close(fd_, *this);
}

Connection::Taken Connection::submit(RequestPtr& request) {
  const auto now = std::chrono::steady_clock::now();
  if (state_ == State::closed) {
    if (now >= retry_at_) open(now);
    if (away_since_ && now - *away_since_ > settings_.timeout) return Taken::away;
    if (state_ == State::closed) return Taken::later;
  }
  if (state_ == State::ready)
    send(std::move(request));
  else
    pending_.push_back(std::move(request));
  return Taken::yes;
}

void Connection::tick(Time now) {
  if ((state_ == State::connecting || state_ == State::greeting) && now >= open_by_)
    return fail("no connection in time");
  const auto late = [now](const RequestPtr& request) { return now >= request->deadline; };
  if (std::ranges::any_of(sent_, late)) return fail("no answer in time");
  if (std::ranges::none_of(pending_, late)) return;
  for (auto& request : std::exchange(pending_, {})) {
    if (late(request))
      owner_.not_sent(std::move(request));
    else
      pending_.push_back(std::move(request));
  }
}

void Connection::close(const char* reason) {
  if (state_ != State::closed) fail(reason);
}

void Connection::open(Time now) {
  open_by_ = now + settings_.connect_timeout;
  state_ = State::connecting;
  if (!begin_connect()) fail(std::strerror(errno));
}

/// Resolves the address and begins to connect. A name is looked up here, which holds the loop up.
bool Connection::begin_connect() {
  const addrinfo hints{.ai_flags = AI_ADDRCONFIG, .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
  addrinfo* found = nullptr;
  if (::getaddrinfo(address_.host.c_str(), std::to_string(address_.port).c_str(), &hints, &found) != 0) {
    errno = EHOSTUNREACH;
    return false;
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owned(found, ::freeaddrinfo);
  std::size_t count = 0;
  for (const auto* one = found; one != nullptr; one = one->ai_next) ++count;
  for (auto i = tries_++ % count; i > 0; --i) found = found->ai_next;  // a name may have several: by turns
  fd_ = ::socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd_ < 0) return false;
  const int on = 1;
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(fd_, found->ai_addr, found->ai_addrlen) != 0 && errno != EINPROGRESS) return false;
  return loop_.watch(fd_, *this);
}

void Connection::on_ready(bool readable, bool writable, bool hung_up) {
  if (state_ == State::connecting && (writable || hung_up)) connected();
  if (state_ == State::closed) return;
  if (readable || hung_up) read();
  if (state_ != State::closed && writable) flush();
}

void Connection::connected() {
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) return fail(std::strerror(error));
  state_ = State::greeting;
  reader_ = std::make_unique<ReplyReader>();
  greet();
}

void Connection::greet() {
  greetings_ = 1;
  if (!settings_.password.empty()) {
    ++greetings_;
    Command auth{.words = {"AUTH"}, .key = 0};
    if (!settings_.user.empty()) auth.words.push_back(settings_.user);
    auth.words.push_back(settings_.password);
    append_wire(out_, auth);
  }
  append_wire(out_, {.words = {"PING"}, .key = 0});
  flush();
}

void Connection::greeted(const Reply& reply) {
  if (reply.is_error()) return fail("greeted with: " + reply.text);
  if (--greetings_ > 0) return;
  state_ = State::ready;
  if (away_since_) log_.info("redis_connected", {{"node", address_.str()}});
  away_since_.reset();
  back_off_ = {};
  for (auto& request : std::exchange(pending_, {})) send(std::move(request));
}

void Connection::send(RequestPtr request) {
  if (request->asking) append_wire(out_, {.words = {"ASKING"}, .key = 0});
  out_ += request->wire;
  sent_.push_back(std::move(request));
  if (std::exchange(flushing_, true)) return;
  loop_.at_end_of_wakeup([this, alive = std::weak_ptr(alive_)] {
    if (alive.expired()) return;
    flushing_ = false;
    if (state_ == State::ready) flush();
  });
}

void Connection::flush() {
  std::size_t written = 0;
  while (written < out_.size()) {
    const auto size = ::send(fd_, out_.data() + written, out_.size() - written, MSG_NOSIGNAL);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno != EAGAIN) return fail(std::strerror(errno));
    if (size < 0) break;
    written += static_cast<std::size_t>(size);
  }
  out_.erase(0, written);
}

void Connection::read() {
  std::array<char, std::size_t{64} * 1024> bytes;
  for (;;) {
    const auto size = ::recv(fd_, bytes.data(), bytes.size(), 0);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno == EAGAIN) return;
    if (size < 0) return fail(std::strerror(errno));
    if (size == 0) return fail("closed by the server");
    reader_->feed({bytes.data(), static_cast<std::size_t>(size)});
    for (;;) {
      auto reply = reader_->next();
      if (!reply) return fail(reply.error().detail);
      if (!*reply) break;
      take(std::move(**reply));
      if (state_ == State::closed) return;
    }
  }
}

void Connection::take(Reply reply) {
  if (state_ == State::greeting) return greeted(reply);
  if (sent_.empty()) return fail("an answer that nobody asked for");
  auto& front = *sent_.front();
  if (std::exchange(front.asking, false)) return;  // the answer to ASKING
  front.answers.push_back(std::move(reply));
  if (front.answers.size() < front.expected()) return;
  auto request = std::move(sent_.front());
  sent_.pop_front();
  owner_.answered(address_, std::move(request));
}

void Connection::fail(std::string_view reason) {
  const auto now = std::chrono::steady_clock::now();
  const bool was_ready = state_ == State::ready;
  state_ = State::closed;
  if (fd_ >= 0) loop_.unwatch_and_close(std::exchange(fd_, -1), *this);
  reader_.reset();
  out_.clear();
  if (!away_since_ && reason != kEnding)
    log_.warn("redis_connection_lost", {{"node", address_.str()}, {"reason", reason}});
  if (!was_ready) {
    if (!away_since_) away_since_ = now;
    back_off_ = std::clamp(back_off_ * 2, settings_.first_back_off, settings_.longest_back_off);
  }
  retry_at_ = now + back_off_;
  auto sent = std::exchange(sent_, {}), pending = std::exchange(pending_, {});
  owner_.broken(address_);
  for (auto& request : sent) owner_.unknown(std::move(request));
  for (auto& request : pending) owner_.not_sent(std::move(request));
}

}  // namespace godwit::redis
