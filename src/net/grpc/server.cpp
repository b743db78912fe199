#include "net/grpc/server.hpp"

#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <algorithm>
#include <stdexcept>

#include "net/grpc/batches.hpp"
#include "net/grpc/server_state.hpp"

namespace godwit::net {

using ::grpc::ByteBuffer;
using ::grpc::Status;
using ::grpc::StatusCode;

std::string_view GrpcIncoming::value(std::string_view name) const {
  for (const auto& [key, value] : metadata)
    if (key == name) return value;
  return {};
}

std::string text_of(const ByteBuffer& bytes) {
  std::vector<::grpc::Slice> slices;
  std::string out;
  if (!bytes.Dump(&slices).ok()) return out;
  out.reserve(bytes.Length());
  for (const auto& slice : slices) out.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  return out;
}

ByteBuffer bytes_of(std::string text) {
  auto* held = new std::string(std::move(text));
  const ::grpc::Slice slice(held->data(), held->size(), [](void* at) { delete static_cast<std::string*>(at); }, held);
  return {&slice, 1};
}

Task<void> GrpcServer::State::carry_out(std::shared_ptr<State> state, std::shared_ptr<Ticket> ticket,
                                        GrpcIncoming incoming) {
  GrpcOutgoing out{.status = StatusCode::DEADLINE_EXCEEDED, .message = "nobody waits any more"};
  if (!ticket->cancelled() && std::chrono::system_clock::now() < incoming.deadline)
    out = co_await state->handler(std::move(incoming));
  state->handled();
  ticket->end(std::move(out));
  state->leave(ticket);
}

namespace {

std::shared_ptr<::grpc::ServerCredentials> credentials_of(const std::optional<GrpcTls>& tls) {
  if (!tls) return ::grpc::InsecureServerCredentials();
  ::grpc::SslServerCredentialsOptions options(tls->authorities.empty()
                                                  ? GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE
                                                  : GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  options.pem_root_certs = tls->authorities;
  options.pem_key_cert_pairs.push_back({tls->key, tls->certificate});
  return ::grpc::SslServerCredentials(options);
}

}  // namespace

/// gRPC calls `On…` on its own threads; `OnDone` is the last, and comes after `Finish` alone.
class GrpcServer::Reactor final : public ::grpc::ServerGenericBidiReactor {
 public:
  Reactor(std::shared_ptr<State> state, ::grpc::GenericCallbackServerContext& context)
      : state_(std::move(state)), context_(context), incoming_(incoming_of(context)) {
    ticket_ = std::make_shared<Ticket>(cancelled_, [this](GrpcOutgoing with) { answer(std::move(with)); });
    auto refused = state_->settings.admit ? state_->settings.admit(incoming_) : std::nullopt;
    if (!refused) refused = state_->enter(ticket_);
    if (refused)
      ticket_->end(std::move(*refused));
    else
      StartRead(&in_);
  }

 private:
  void OnReadDone(bool ok) override {
    if (!ok) {
      const auto state = state_;  // the call's end may be this object's
      const auto ticket = ticket_;
      state->handled();
      ticket->end({.status = StatusCode::INVALID_ARGUMENT, .message = "a call without a request"});
      return state->leave(ticket);
    }
    incoming_.body = text_of(in_);
    in_.Clear();
    state_->next().post([state = state_, ticket = ticket_, incoming = std::move(incoming_)]() mutable {
      spawn(State::carry_out(std::move(state), std::move(ticket), std::move(incoming)));
    });
  }
  void OnCancel() override { *cancelled_ = true; }
  void OnDone() override { delete this; }

  void answer(GrpcOutgoing with) {
    for (const auto& [name, value] : with.trailers) context_.AddTrailingMetadata(name, value);
    if (with.status != 0) return Finish(Status(static_cast<StatusCode>(with.status), with.message));
    out_ = bytes_of(std::move(with.body));
    StartWriteAndFinish(&out_, {}, Status::OK);
  }

  const std::shared_ptr<State> state_;
  ::grpc::GenericCallbackServerContext& context_;
  const std::shared_ptr<std::atomic<bool>> cancelled_ = std::make_shared<std::atomic<bool>>(false);
  std::shared_ptr<Ticket> ticket_;
  GrpcIncoming incoming_;
  ByteBuffer in_, out_;
};

class GrpcServer::Service final : public ::grpc::CallbackGenericService {
 public:
  explicit Service(std::shared_ptr<State> state) : state_(std::move(state)) {}
  ::grpc::ServerGenericBidiReactor* CreateReactor(::grpc::GenericCallbackServerContext* context) override {
    if (context->method() == kCarryPath) return Batches::begin(state_, *context);
    return new Reactor(state_, *context);  // deletes itself
  }

 private:
  const std::shared_ptr<State> state_;
};

struct GrpcServer::Listening {
  std::unique_ptr<::grpc::Server> server;
};

GrpcServer::GrpcServer(Settings settings, std::vector<Executor*> executors, Handler handler)
    : state_(std::make_shared<State>()), listening_(std::make_unique<Listening>()) {
  if (executors.empty()) throw std::runtime_error("a gRPC server without an executor");
  ::grpc::ServerBuilder builder;
  builder.AddListeningPort(settings.address, credentials_of(settings.tls), &port_);
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);  // two servers on one port would share its calls in silence
  // Callers ping while they wait; gRPC's server closes connections of who pings more often than every five minutes.
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 100);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(GRPC_ARG_ENABLE_PER_MESSAGE_COMPRESSION, 0);  // what each call passes through for nothing
  builder.AddChannelArgument(GRPC_ARG_ENABLE_CHANNELZ, 0);
  builder.SetMaxReceiveMessageSize(static_cast<int>(settings.most_bytes));
  builder.SetMaxSendMessageSize(-1);  // the other side knows what it takes
  const auto address = settings.address;
  state_->settings = std::move(settings);
  state_->executors = std::move(executors);
  state_->handler = std::move(handler);
  service_ = std::make_unique<Service>(state_);
  builder.RegisterCallbackGenericService(service_.get());
  listening_->server = builder.BuildAndStart();
  if (listening_->server == nullptr || port_ == 0) throw std::runtime_error("cannot listen on " + address);
}

GrpcServer::~GrpcServer() { stop(std::chrono::milliseconds(0)); }

std::size_t GrpcServer::running() const {
  std::lock_guard lock(state_->mutex);
  return state_->running.size();
}

bool GrpcServer::stop(std::chrono::milliseconds patience) {
  if (listening_->server == nullptr) return running() == 0;
  std::vector<std::shared_ptr<Ticket>> late;
  {
    std::unique_lock lock(state_->mutex);
    state_->leaving = true;
    const auto until = std::chrono::steady_clock::now() + patience;
    const auto told = std::min(patience, state_->settings.lingering);
    state_->idle.wait_for(lock, told, [] { return false; });
    state_->idle.wait_until(lock, until, [&] { return state_->running.empty(); });
    late.assign(state_->running.begin(), state_->running.end());
  }
  for (const auto& ticket : late) ticket->end({.status = StatusCode::UNAVAILABLE, .message = "the server ended"});
  std::unordered_set<std::shared_ptr<Batches>> streams;
  {
    std::lock_guard lock(state_->mutex);
    streams = state_->streams;
  }
  for (const auto& stream : streams) stream->end();
  listening_->server->Shutdown(std::chrono::system_clock::now() + std::chrono::milliseconds(200));
  listening_->server.reset();
  return running() == 0;
}

}  // namespace godwit::net
