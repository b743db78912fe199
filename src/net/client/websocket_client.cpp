#include <boost/asio/connect.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>

#include "net/client/http_client.hpp"
#include "net/websocket/frame.hpp"

namespace godwit::net {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using namespace std::chrono_literals;

constexpr auto kHandshakeTime = 10s;
constexpr auto kCloseTime = 3s;
constexpr auto kSilence = 90s;  ///< without a byte, our own pings unanswered: the server is gone
constexpr std::size_t kWaitingMessages = 1024;
constexpr std::size_t kMessageBytes = 64 * 1024 * 1024;

}  // namespace

/// The stream lives on a thread of its own; callers meet it under the mutex.
struct WebSocketClient::Impl {
  using Stream = websocket::stream<beast::tcp_stream>;

  struct Outgoing {
    std::string text;
    bool done = false;
    bool sent = false;
  };

  ~Impl() {
    if (thread.joinable()) {
      asio::post(io, [this] {
        beast::get_lowest_layer(stream).close();
        io.stop();  // Beast leaves its idle timer running after a close
      });
      thread.join();
    }
  }

  Result<void> open(const Url& url, std::vector<Header> headers);
  void start();
  void read_next();
  void write_next();
  void ended(const beast::error_code& why);

  asio::io_context io{1};
  std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work{};  ///< keeps the thread until we go
  Stream stream{io};
  beast::flat_buffer buffer{};  ///< thread's own, as the stream is
  bool reading = false;
  bool writing = false;

  std::mutex mutex{};  ///< guards what follows
  std::condition_variable changed{};
  std::deque<std::string> inbox{};
  std::deque<std::shared_ptr<Outgoing>> outbox{};
  bool connected = false;
  bool closing = false;
  bool over = false;
  std::uint16_t code = CloseCode::abnormal;
  std::string reason{};
  std::thread thread{};
};

Result<void> WebSocketClient::Impl::open(const Url& url, std::vector<Header> headers) {
  beast::error_code error;
  asio::ip::tcp::resolver resolver(io);
  const auto addresses = resolver.resolve(url.host, url.port, error);
  if (error) return fail(Code::unavailable, "cannot find " + url.host + ": " + error.message());
  websocket::response_type response;
  auto& transport = beast::get_lowest_layer(stream);
  stream.set_option(websocket::stream_base::timeout{
      .handshake_timeout = kHandshakeTime, .idle_timeout = kSilence, .keep_alive_pings = true});
  stream.set_option(websocket::stream_base::decorator([&headers](websocket::request_type& request) {
    for (const auto& header : headers) request.insert(header.name, header.value);
  }));
  stream.read_message_max(kMessageBytes);
  transport.expires_after(kHandshakeTime);
  transport.async_connect(addresses, [&](const beast::error_code& failed, const auto&) {
    error = failed;
    if (failed) return;
    transport.expires_never();
    transport.socket().set_option(asio::ip::tcp::no_delay(true), error);
    const bool v6 = url.host.contains(':');
    const std::string host = (v6 ? "[" + url.host + "]" : url.host) + ":" + url.port;
    stream.async_handshake(response, host, url.path, [&](const beast::error_code& refused) { error = refused; });
  });
  io.run();
  io.restart();
  if (!error) return {};
  transport.close();
  const int status = error == websocket::error::upgrade_declined ? static_cast<int>(response.result_int()) : 0;
  if (status == 401) return fail(Code::unauthenticated, "the server does not take the token");
  if (status == 403) return fail(Code::origin_not_allowed, "the server refuses the connection");
  if (status == 429) return fail(Code::too_many_connections, "the server takes no more connections from here");
  if (status != 0) return fail(Code::unavailable, "the server answered " + std::to_string(status));
  return fail(Code::unavailable, "cannot connect to " + url.host + ":" + url.port + ": " + error.message());
}

void WebSocketClient::Impl::start() {
  {
    const std::lock_guard lock(mutex);
    connected = true;
  }
  read_next();
  work.emplace(io.get_executor());
  thread = std::thread([this] { io.run(); });
}

/// Stops while the reader lags; `read` starts it again.
void WebSocketClient::Impl::read_next() {
  reading = true;
  stream.async_read(buffer, [this](const beast::error_code& error, std::size_t) {
    reading = false;
    if (error) return ended(error);
    const auto data = buffer.cdata();
    std::string text(static_cast<const char*>(data.data()), data.size());
    buffer.consume(buffer.size());
    const std::unique_lock lock(mutex);
    inbox.push_back(std::move(text));
    changed.notify_all();
    if (inbox.size() < kWaitingMessages) read_next();
  });
}

void WebSocketClient::Impl::write_next() {
  std::shared_ptr<Outgoing> next;
  {
    const std::lock_guard lock(mutex);
    if (writing || outbox.empty()) return;
    next = outbox.front();
    outbox.pop_front();
  }
  writing = true;
  stream.text(true);
  stream.async_write(asio::buffer(next->text), [this, next](const beast::error_code& error, std::size_t) {
    writing = false;
    {
      const std::lock_guard lock(mutex);
      next->done = true;
      next->sent = !error;
      changed.notify_all();
    }
    if (!error) write_next();
  });
}

void WebSocketClient::Impl::ended(const beast::error_code& why) {
  const std::lock_guard lock(mutex);
  if (std::exchange(over, true)) return;
  if (why == websocket::error::closed) {
    const auto& said = stream.reason();
    code = said.code == websocket::close_code::none ? CloseCode::no_status : static_cast<std::uint16_t>(said.code);
    reason.assign(said.reason.data(), said.reason.size());
  }
  for (const auto& waiting : outbox) waiting->done = true;
  outbox.clear();
  changed.notify_all();
}

WebSocketClient::WebSocketClient() : impl_(std::make_unique<Impl>()) {}
WebSocketClient::~WebSocketClient() = default;

Result<void> WebSocketClient::connect(const Url& url, std::vector<Header> headers) {
  impl_ = std::make_unique<Impl>();
  CHECK_OK(impl_->open(url, std::move(headers)));
  impl_->start();
  return {};
}

Result<std::string> WebSocketClient::read() {
  Impl& self = *impl_;
  std::unique_lock lock(self.mutex);
  if (!self.connected) return fail(Code::unavailable, "not connected");
  self.changed.wait(lock, [&] { return !self.inbox.empty() || self.over || self.closing; });
  if (self.inbox.empty()) return fail(Code::unavailable, "the connection has ended");
  std::string text = std::move(self.inbox.front());
  self.inbox.pop_front();
  if (self.inbox.size() == kWaitingMessages - 1) {
    asio::post(self.io, [&self] {
      if (!self.reading && self.stream.is_open()) self.read_next();
    });
  }
  return text;
}

Result<void> WebSocketClient::send(std::string_view text) {
  Impl& self = *impl_;
  auto outgoing = std::make_shared<Impl::Outgoing>(std::string(text));
  std::unique_lock lock(self.mutex);
  if (!self.connected || self.over || self.closing) return fail(Code::unavailable, "not connected");
  self.outbox.push_back(outgoing);
  asio::post(self.io, [&self] { self.write_next(); });
  self.changed.wait(lock, [&] { return outgoing->done; });
  if (!outgoing->sent) return fail(Code::unavailable, "the connection has ended");
  return {};
}

void WebSocketClient::close() {
  Impl& self = *impl_;
  std::unique_lock lock(self.mutex);
  if (!self.connected) return;
  if (!std::exchange(self.closing, true)) {
    self.changed.notify_all();
    asio::post(self.io, [&self] {
      self.stream.async_close(websocket::close_code::normal, [&self](const beast::error_code& error) {
        self.ended(error ? error : websocket::error::closed);
      });
    });
  }
  self.changed.wait_for(lock, kCloseTime, [&] { return self.over; });
}

std::uint16_t WebSocketClient::close_code() const noexcept {
  const std::lock_guard lock(impl_->mutex);
  return impl_->code;
}

std::string WebSocketClient::close_reason() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->reason;
}

}  // namespace godwit::net
