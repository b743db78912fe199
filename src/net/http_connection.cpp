#include "net/http_connection.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace godwit::net {
namespace {

using namespace std::chrono_literals;

constexpr auto kLinger = 2s;                      ///< for the client to read the last answer and close
constexpr std::size_t kLingerBytes = 1024 * 1024;  ///< of what it still sends meanwhile
constexpr std::size_t kIdleBuffer = 1024;          ///< that a connection may keep while nothing is asked
constexpr std::size_t kSlowestReader = 8 * 1024;   ///< bytes a second that a large answer may take
constexpr unsigned kTurn = 64;                     ///< requests in a row before other connections get theirs

constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace

/// Suspends until the socket is ready, the deadline has passed, or the server is gone.
struct HttpConnection::Until {
  HttpConnection& connection;
  bool write;
  [[nodiscard]] bool await_ready() const noexcept {
    if (connection.cancelled_) {
      connection.wake_ = Wake::cancelled;
      return true;
    }
    connection.wake_ = Wake::ready;
    return write ? connection.writable_ : connection.readable_;
  }
  void await_suspend(std::coroutine_handle<> handle) noexcept {
    connection.waiting_ = handle;
    connection.waits_for_write_ = write;
  }
  [[nodiscard]] Wake await_resume() const noexcept { return connection.wake_; }
};

HttpConnection::Until HttpConnection::until_readable() noexcept { return {*this, false}; }
HttpConnection::Until HttpConnection::until_writable() noexcept { return {*this, true}; }

HttpConnection::HttpConnection(std::shared_ptr<HttpShared> shared, int fd, std::string peer, std::optional<Error> refused)
    : shared_(std::move(shared)), fd_(fd), peer_(std::move(peer)), refused_(std::move(refused)), parser_(shared_->limits) {
  place_ = shared_->connections.size();
  shared_->connections.push_back(this);
  shared_->open.fetch_add(1, std::memory_order_relaxed);
  set_deadline(shared_->limits.head_deadline);  // who connects has something to say
  if (!shared_->loop.watch(fd_, *this)) cancelled_ = true;
}

HttpConnection::~HttpConnection() {
  if (fd_ < 0) return;  // handed over
  shared_->loop.unwatch_and_close(fd_, *this);
  leave_server();
}

/// Gives the place in the server and the gate's back.
void HttpConnection::leave_server() noexcept {
  shared_->connections.back()->place_ = place_;
  std::swap(shared_->connections[place_], shared_->connections.back());
  shared_->connections.pop_back();
  shared_->open.fetch_sub(1, std::memory_order_relaxed);
  shared_->open_in_process->fetch_sub(1, std::memory_order_relaxed);
  if (shared_->gate != nullptr && !refused_) shared_->gate->release(peer_);
  shared_.reset();
}

void HttpConnection::start(std::shared_ptr<HttpShared> shared, int fd, std::string peer, std::optional<Error> refused) {
  spawn(run(std::unique_ptr<HttpConnection>(new HttpConnection(std::move(shared), fd, std::move(peer), std::move(refused)))));
}

Task<void> HttpConnection::run(std::unique_ptr<HttpConnection> self) { co_await self->serve(); }

void HttpConnection::on_ready(bool readable, bool writable, bool hung_up) {
  hung_up_ = hung_up_ || hung_up;
  readable_ = readable_ || readable || hung_up;
  writable_ = writable_ || writable || hung_up;
  if (waiting_ && (waits_for_write_ ? writable_ : readable_)) resume(Wake::ready);
}

void HttpConnection::resume(Wake wake) {
  wake_ = wake;
  std::exchange(waiting_, {}).resume();  // may be the end of this object
}

void HttpConnection::expire_if_due(EventLoop::TimePoint now) {
  if (waiting_ && deadline_ <= now) resume(Wake::timeout);
}

void HttpConnection::close_if_idle() {
  if (waiting_ && idle_) resume(Wake::cancelled);
}

void HttpConnection::cancel() {
  cancelled_ = true;
  if (waiting_) resume(Wake::cancelled);
}

Task<void> HttpConnection::serve() {
  while (true) {
    Step step = refused_ ? Step::refused : read_step();
    while (step == Step::wait) step = on_read_wake(co_await until_readable());
    if (step == Step::gone) co_return;

    Response response = co_await answer(step);
    if (cancelled_) co_return;
    prepare_answer(response);
    while (!write_step()) {
      if (co_await until_writable() != Wake::ready) co_return;
    }
    if (write_failed_) co_return;
    if (response.status == 101 && response.take_over) {
      hand_over(response);
      co_return;
    }
    if (closing_) break;
    if (++in_a_row_ == kTurn) {
      in_a_row_ = 0;
      co_await completion<bool>([this](auto done) { shared_->loop.post([done = std::move(done)]() mutable { done(true); }); });
    }
  }
  co_await linger();
}

Task<Response> HttpConnection::answer(Step step) {
  // A body over the limit is the handler's to refuse: a wrong path or a missing token is named first.
  const bool too_large = step == Step::refused && !refused_ && refused_for_->code == Code::body_too_large;
  if (step == Step::refused && !too_large) {
    closing_ = true;
    co_return shared_->refusal(refused_ ? *refused_ : *refused_for_);
  }
  request_ = parser_.take();
  if (too_large) {
    request_.body.clear();
    request_.has_body = request_.body_too_large = true;
  }
  request_.peer = peer_;
  request_.loop = &shared_->loop;
  head_only_ = request_.method == "HEAD";
  if (head_only_) request_.method = "GET";
  try {
    Response response = co_await shared_->handler(request_);
    closing_ = too_large || response.close || !parser_.keep_alive() || shared_->draining;
    co_return response;
  } catch (const std::exception&) {
  }
  closing_ = true;
  co_return shared_->refusal({.code = Code::internal});
}

/// Reads and parses as far as it goes without waiting.
HttpConnection::Step HttpConnection::read_step() {
  if (!parser_.begun()) {
    told_to_continue_ = false;
    if (!early_.empty()) {
      const std::string bytes = std::exchange(early_, {});
      if (const Step step = parse(bytes); step != Step::wait) return step;
    }
  }
  while (readable_) {
    const auto size = read_some();
    if (!size) break;
    if (*size == 0) return Step::gone;
    if (const Step step = parse({shared_->buffer.get(), *size}); step != Step::wait) return step;
  }
  idle_ = !parser_.begun();
  if (idle_ && shared_->draining) return Step::gone;
  if (idle_) give_back_buffers();
  if (parser_.head_complete() && parser_.expects_continue()) send_continue();
  return Step::wait;
}

/// Nothing: would block. 0: the end, or an error.
std::optional<std::size_t> HttpConnection::read_some() {
  while (true) {
    const auto size = ::recv(fd_, shared_->buffer.get(), HttpShared::kBuffer, 0);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno == EAGAIN) {
      readable_ = false;
      return std::nullopt;
    }
    if (size <= 0) return 0;
    // A short read has emptied the socket, and the next bytes are a new edge; but an end that was announced already is not.
    if (static_cast<std::size_t>(size) < HttpShared::kBuffer && !hung_up_) readable_ = false;
    return static_cast<std::size_t>(size);
  }
}

HttpConnection::Step HttpConnection::parse(std::string_view bytes) {
  idle_ = false;
  const bool had_begun = parser_.begun();
  const bool had_head = parser_.head_complete();
  const auto status = parser_.feed(bytes);
  if (status == RequestParser::Status::failed) {
    refused_for_ = parser_.error();
    return Step::refused;
  }
  if (status == RequestParser::Status::complete) {
    early_ = bytes;
    return Step::request;
  }
  if (!had_head && parser_.head_complete()) {
    set_deadline(shared_->limits.body_deadline);
  } else if (!had_begun && parser_.begun()) {
    set_deadline(shared_->limits.head_deadline);
  }
  return Step::wait;
}

HttpConnection::Step HttpConnection::on_read_wake(Wake wake) {
  if (wake == Wake::ready) return read_step();
  if (wake == Wake::cancelled || !parser_.begun()) return Step::gone;
  refused_for_ = Error{.code = Code::request_timeout};
  return Step::refused;
}

/// Best effort: a client that does not take 25 bytes will not get the answer either.
void HttpConnection::send_continue() {
  if (std::exchange(told_to_continue_, true)) return;
  [[maybe_unused]] const auto sent = ::send(fd_, kContinue.data(), kContinue.size(), MSG_NOSIGNAL);
}

void HttpConnection::prepare_answer(Response& response) {
  if (response.status == 101) closing_ = false;
  answer_.set(response, {.version = request_.version, .close = closing_, .keep_alive = parser_.keep_alive()}, head_only_);
  const auto seconds = std::chrono::seconds(answer_.large_size() / kSlowestReader);
  set_deadline(shared_->limits.body_deadline + seconds);
}

/// Writes what the socket takes. True: all is written, or it failed.
bool HttpConnection::write_step() {
  while (!answer_.written()) {
    const auto size = answer_.write_some(fd_);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno == EAGAIN) {
      writable_ = false;
      return false;
    }
    if (size < 0) {
      write_failed_ = true;
      return true;
    }
    answer_.wrote(static_cast<std::size_t>(size));
  }
  set_deadline(shared_->limits.idle);
  return true;
}

/// A connection that is kept alive may be one of thousands that say nothing for a minute.
void HttpConnection::give_back_buffers() {
  answer_.give_back(kIdleBuffer);
  std::exchange(request_, {});
}

void HttpConnection::hand_over(Response& response) {
  EventLoop& loop = shared_->loop;
  leave_server();
  const int fd = std::exchange(fd_, -1);
  loop.hand_over(fd, *this, [&] { response.take_over({.fd = fd, .early = std::move(early_), .loop = &loop}); });
}

/// Closing while the client still sends would reset the connection, and the reset could overtake the answer (RFC 9112 §9.6).
Task<void> HttpConnection::linger() {
  ::shutdown(fd_, SHUT_WR);
  set_deadline(kLinger);
  std::size_t drained = 0;
  while (drained < kLingerBytes) {
    while (readable_ && drained < kLingerBytes) {
      const auto size = read_some();
      if (!size) break;
      if (*size == 0) co_return;
      drained += *size;
    }
    if (co_await until_readable() != Wake::ready) co_return;
  }
}

}  // namespace godwit::net
