#include "link/wire_link.hpp"

#include "net/websocket/frame.hpp"

namespace godwit::link {

/// The link's WebSocket, on its loop; goes in `on_closed`.
class WireLink::Connection final : public net::Channel {
 public:
  Connection(WireLink& link, bool client) : link_(link), client_(client) {}

  void say(std::string_view bytes) {
    constexpr auto kFirst = net::final_frame(net::Opcode::binary);
    send(client_ ? net::SharedFrame::masked(kFirst, bytes) : net::SharedFrame::make(kFirst, bytes));
  }

 private:
  void on_message(std::string_view payload, bool text) override {
    const auto link = link_.shared_from_this();
    if (text || !link->hear(payload)) link->cut();
  }
  void on_close_begun() noexcept override { link_.begin_cut(); }
  void on_closed(std::uint16_t) override {
    const auto link = link_.shared_from_this();
    link->end();
    auto closed = std::move(link->closed_);
    auto self = std::move(link->connection_);  // goes with this call
    if (closed) closed();
  }

  WireLink& link_;
  const bool client_;
};

net::ChannelSettings channel_settings(const WireSettings& settings, bool client) {
  return {.queue_bytes = settings.queue_bytes,
          .message_bytes = settings.queue_bytes,
          .fragments = 1,
          .ping_interval = settings.heartbeat,
          .pong_timeout = settings.silence,
          .close_deadline = std::chrono::milliseconds(1'000),
          .client = client};
}

WireLink::WireLink(std::string node, std::string dispatcher, net::EventLoop& loop, std::size_t queue_bytes, bool client)
    : node_(std::move(node)), dispatcher_(std::move(dispatcher)), loop_(loop), most_(queue_bytes), client_(client) {}
WireLink::~WireLink() = default;

void WireLink::open(net::ChannelHost& host, net::RawSocket socket, Closed closed) {
  const auto self = shared_from_this();
  closed_ = std::move(closed);
  connection_ = std::make_unique<Connection>(*this, client_);
  connection_->open(host, std::move(socket));
  flush();
}

void WireLink::drop() {
  closed_ = {};
  {
    Guard guard(mutex_);
    cut_ = true;
  }
  connection_.reset();
}

void WireLink::queued() {
  if (pending_.size() > most_) {
    cut_ = true;
    pending_ = {};
    loop_.post([self = shared_from_this()] { self->begin_cut(), self->end(); });
  } else if (!pending_.empty() && !std::exchange(flushing_, true)) {
    loop_.post([self = shared_from_this()] { self->flush(); });
  }
}

void WireLink::flush() {
  std::string bytes;
  {
    Guard guard(mutex_);
    flushing_ = false;
    if (!cut_ && connection_) std::swap(bytes, pending_);
  }
  if (!bytes.empty()) connection_->say(bytes);
}

void WireLink::cut() {
  {
    Guard guard(mutex_);
    if (std::exchange(cut_, true)) return;
    pending_ = {};
  }
  loop_.post([self = shared_from_this()] { self->begin_cut(), self->end(); });
}

/// Nothing is heard or sent any more; whoever it belongs to is told later, never from within a call of its own.
void WireLink::begin_cut() {
  {
    Guard guard(mutex_);
    cut_ = true;
    pending_ = {};
  }
  if (connection_ && !connection_->closing()) return connection_->close(net::CloseCode::normal);
  loop_.post([self = shared_from_this()] { self->end(); });
}

void WireLink::end() {
  if (std::exchange(ended_, true)) return;
  {
    Guard guard(mutex_);
    cut_ = true;
    pending_ = {};
  }
  tell_ended();
}

bool NodeWireLink::hear(std::string_view bytes) {
  Result<std::vector<Down>> messages = [&] {
    Guard guard(mutex_);
    return wire_.decode(bytes);
  }();
  if (!messages) return false;
  for (auto& message : *messages) {
    if (is_cut()) break;
    end_.heard(*this, std::move(message));
  }
  return true;
}

bool DispatcherWireLink::hear(std::string_view bytes) {
  Result<std::vector<Up>> messages = [&] {
    Guard guard(mutex_);
    return wire_.decode(bytes);
  }();
  if (!messages) return false;
  const auto self = shared_from_this();
  for (auto& message : *messages) {
    if (is_cut()) break;
    end_.heard(self, std::move(message));
  }
  return true;
}

}  // namespace godwit::link
