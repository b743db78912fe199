#include "net/http/connection.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "net/http/forwarded.hpp"

namespace godwit::net {
namespace {

using namespace std::chrono_literals;

constexpr auto kLinger = 2s;                      ///< for the client to read the last answer and close
constexpr std::size_t kLingerBytes = 1024 * 1024;  ///< of what it still sends meanwhile
constexpr std::size_t kIdleBuffer = 1024;          ///< that a connection may keep while nothing is asked
constexpr std::size_t kSlowestReader = 8 * 1024;   ///< bytes a second that a large answer may take
constexpr std::size_t kUncounted = 1024;           ///< bytes of a request
constexpr std::size_t kUncountedAnswer =
    8 * 1024;  ///< bytes of an answer: only what is read grows larger, no answer to a change
constexpr std::size_t kWriteTurn = 256 * 1024;     ///< bytes of an answer before other connections get their turn
constexpr unsigned kTurn = 64;                     ///< requests in a row before other connections get theirs

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

/// Lets the loop's other sockets go first.
struct HttpConnection::NextTurn {
  EventLoop& loop;
  [[nodiscard]] bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> handle) const {
    loop.post([handle] { handle.resume(); });
  }
  void await_resume() const noexcept {}
};

HttpConnection::Until HttpConnection::until_readable() noexcept { return {*this, false}; }
HttpConnection::Until HttpConnection::until_writable() noexcept { return {*this, true}; }

HttpConnection::HttpConnection(std::shared_ptr<HttpShared> shared, int fd, const IpAddress& peer,
                               std::optional<Error> refused)
    : shared_(std::move(shared)),
      fd_(fd),
      place_(fd),
      peer_(peer),
      client_(peer.str()),
      refused_(std::move(refused)),
      parser_(shared_->limits) {
  index_ = shared_->connections.size();
  shared_->connections.push_back(this);
  shared_->open.fetch_add(1, std::memory_order_relaxed);
  auto& gate = *shared_->gate;
  speaks_for_others_ = awaits_preface_ = trusts(gate.trusted_proxies(), peer);
  if (!refused_ && !gate.seat(place_, peer)) refused_ = Error{.code = Code::too_many_connections};
  set_deadline(shared_->limits.head_deadline);  // who connects has something to say
  if (!shared_->loop.watch(fd_, *this)) cancelled_ = true;
}

HttpConnection::~HttpConnection() {
  if (fd_ < 0) return;  // handed over
  const int fd = fd_;
  EventLoop& loop = shared_->loop;
  leave_server();  // first: whoever makes room must not find a descriptor that is somebody else's by now
  loop.unwatch_and_close(fd, *this);
}

/// Gives the place in the server and the gate's back.
void HttpConnection::leave_server() {
  shared_->connections.back()->index_ = index_;
  std::swap(shared_->connections[index_], shared_->connections.back());
  shared_->connections.pop_back();
  shared_->open.fetch_sub(1, std::memory_order_relaxed);
  if (shared_->gate != nullptr) {
    shared_->gate->unseat(place_);
    shared_->gate->leave();
  }
  shared_.reset();
}

void HttpConnection::start(std::shared_ptr<HttpShared> shared, int fd, const IpAddress& peer,
                           std::optional<Error> refused) {
  spawn(run(std::unique_ptr<HttpConnection>(new HttpConnection(std::move(shared), fd, peer, std::move(refused)))));
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
    std::optional<Response> early;
    while (!early && (step == Step::wait || step == Step::head)) {
      if (step == Step::head) {
        early = co_await check_head();
        if (!early) step = read_step();
      } else {
        step = on_read_wake(co_await until_readable());
      }
    }
    if (step == Step::gone) co_return;

    Response response = early ? std::move(*early) : co_await answer(step);
    if (cancelled_) co_return;
    prepare_answer(response);
    for (auto written = write_step(); written != Written::all; written = write_step()) {
      if (written == Written::failed) co_return;
      if (written == Written::turn) {
        co_await NextTurn{shared_->loop};
        if (cancelled_) co_return;
      } else if (co_await until_writable() != Wake::ready) {
        co_return;
      }
    }
    if (response.status == 101 && response.take_over) {
      hand_over(response);
      co_return;
    }
    if (closing_) break;
    if (++in_a_row_ == kTurn) {
      in_a_row_ = 0;
      co_await NextTurn{shared_->loop};
    }
  }
  co_await linger();
}

Task<Response> HttpConnection::answer(Step step) {
  // A body over the limit is the handler's to refuse: a wrong path or a missing token is named first.
  const bool too_large = step == Step::refused && !refused_ && refused_for_->code == Code::body_too_large;
  if (step == Step::refused && !too_large) {
    closing_ = true;
    forget_request();
    co_return shared_->handlers.refuse(refused_ ? *refused_ : *refused_for_);
  }
  request_ = parser_.take();
  if (too_large) {
    std::string().swap(request_.body);
    request_.has_body = request_.body_too_large = true;
  }
  request_.head_checked = told_to_continue_ && shared_->handlers.check_head;
  Response response = co_await ask(shared_->handlers.handle);
  closing_ = closing_ || too_large || response.close || !parser_.keep_alive() || shared_->draining;
  co_return response;
}

/// What was refused keeps no memory while its client takes its time to read why.
void HttpConnection::forget_request() {
  (void)parser_.take();
  std::string().swap(early_);
}

/// Of `request_`. Whatever is thrown ends the connection, not the process.
Task<Response> HttpConnection::ask(const Handler& handler) {
  request_.peer = client_;
  request_.loop = shared_->loop.index();
  head_only_ = request_.method == "HEAD";
  if (head_only_) request_.method = "GET";
  try {
    co_return co_await handler(request_);
  } catch (...) {
  }
  closing_ = true;
  co_return shared_->handlers.refuse({.code = Code::internal});
}

/// A body that would be refused by its head is not asked for (RFC 9110 §10.1.1). Nothing: it was.
Task<std::optional<Response>> HttpConnection::check_head() {
  if (shared_->handlers.check_head) {
    request_ = parser_.so_far();
    Response response = co_await ask(shared_->handlers.check_head);
    if (cancelled_ || response.status != 100) {
      closing_ = true;
      co_return response;
    }
  }
  send_continue();
  co_return std::nullopt;
}

/// What little most requests are is not counted: they cost no look at what all connections share.
bool HttpConnection::hold(std::size_t bytes) {
  if (bytes <= kUncounted) bytes = 0;
  if (bytes == place_.held() || shared_->gate == nullptr) return true;
  auto held = shared_->gate->hold(place_, bytes);
  if (!held) refused_for_ = std::move(held).error();
  return held.has_value();
}

void HttpConnection::set_idle(bool idle) {
  if (idle == idle_) return;
  idle_ = idle;
  if (idle) {
    shared_->gate->idle(place_);
  } else {
    shared_->gate->busy(place_);
  }
}

void HttpConnection::prepare_answer(Response& response) {
  if (request_.body.capacity() > kIdleBuffer) std::string().swap(request_.body);
  const std::size_t size = response.body.size();
  if (!hold(size > kUncountedAnswer ? size : 0)) response = shared_->handlers.refuse(*refused_for_);
  if (response.status == 101) closing_ = false;
  answer_.set(response, {.version = request_.version, .close = closing_, .keep_alive = parser_.keep_alive()},
              head_only_);
  const auto& limits = shared_->limits;
  const auto now = shared_->loop.now();
  answer_deadline_ = now + limits.body_deadline + std::chrono::seconds(answer_.large_size() / kSlowestReader);
  deadline_ = std::min(answer_deadline_, now + limits.progress);
}

/// Writes what the socket takes in one turn.
HttpConnection::Written HttpConnection::write_step() {
  for (std::size_t taken = 0; !answer_.written();) {
    if (taken >= kWriteTurn) return Written::turn;
    const auto size = answer_.write_some(fd_);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno == EAGAIN) {
      writable_ = false;
      return Written::blocked;
    }
    if (size < 0) return Written::failed;
    answer_.wrote(static_cast<std::size_t>(size));
    taken += static_cast<std::size_t>(size);
    deadline_ = std::min(answer_deadline_, shared_->loop.now() + shared_->limits.progress);
  }
  end_of_answer();
  return Written::all;
}

/// The connection is its peer's again, and what the answer took is free.
void HttpConnection::end_of_answer() {
  set_deadline(shared_->limits.idle);
  if (shared_->gate == nullptr) return;
  (void)hold(0);
  if (speaks_for_others_) (void)shared_->gate->seat(place_, peer_);
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

/// Closing while the client still sends would reset the connection, and the reset could overtake the answer (RFC 9112
/// §9.6).
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
