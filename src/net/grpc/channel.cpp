#include "net/grpc/channel.hpp"

#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>

#include "net/grpc/batches.hpp"
#include "net/grpc/metadata.hpp"

namespace godwit::net {

namespace {

int millis(std::chrono::milliseconds time) { return static_cast<int>(time.count()); }

std::shared_ptr<::grpc::ChannelCredentials> credentials(const std::optional<GrpcTls>& tls) {
  if (!tls) return ::grpc::InsecureChannelCredentials();
  return ::grpc::SslCredentials(
      {.pem_root_certs = tls->authorities, .pem_private_key = tls->key, .pem_cert_chain = tls->certificate});
}

std::shared_ptr<::grpc::Channel> connect(const std::string& address, const GrpcChannel::Settings& settings) {
  ::grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(static_cast<int>(settings.most_bytes));
  arguments.SetMaxSendMessageSize(-1);  // the other side knows what it takes
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, std::min(100, millis(settings.most_backoff)));
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, millis(settings.most_backoff));
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, millis(settings.connecting));  // so it names a try's own time
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);               // http_proxy of the environment is nobody's wish here
  arguments.SetInt(GRPC_ARG_ENABLE_PER_MESSAGE_COMPRESSION, 0);  // what each call passes through and nobody uses
  arguments.SetInt(GRPC_ARG_ENABLE_CHANNELZ, 0);
  if (settings.keepalive.count() > 0) {
    arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, millis(settings.keepalive));
    arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, millis(settings.keepalive_answer));
    arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);  // a quiet stream is looked after, too
  }
  return ::grpc::CreateCustomChannel(address, credentials(settings.tls), arguments);
}

/// Its stream's cancelling ends it.
class SharingCall final : public GrpcCalls::Call {
 public:
  void cancel() override {}
};

class UnaryCall final : public GrpcCalls::Call {
 public:
  void cancel() override { context.TryCancel(); }
  ::grpc::ClientContext context;
};

/// gRPC's threads of callbacks end with the last channel that called, and where one of them lets go of that channel it
/// waits for itself: it aborts. So a channel that leads nowhere is never let go of.
void keep_callback_threads() {
  struct Kept {
    std::shared_ptr<::grpc::Channel> channel =
        ::grpc::CreateChannel("unix:/nowhere", ::grpc::InsecureChannelCredentials());
    ::grpc::GenericStub stub{channel};
    ::grpc::ClientContext context;
    ::grpc::Slice empty;
    ::grpc::ByteBuffer none{&empty, 1}, answer;
  };
  static auto* const kept = [] {
    auto* const made = new Kept;
    made->context.set_deadline(std::chrono::system_clock::now());
    made->stub.UnaryCall(&made->context, "/none", {}, &made->none, &made->answer, [](const ::grpc::Status&) {});
    return made;
  }();
  (void)kept;
}

}  // namespace

Error grpc_error(const GrpcFailure& failure) {
  switch (failure.status) {
    case ::grpc::StatusCode::CANCELLED:
    case ::grpc::StatusCode::DEADLINE_EXCEEDED:
    case ::grpc::StatusCode::RESOURCE_EXHAUSTED:
    case ::grpc::StatusCode::ABORTED:
    case ::grpc::StatusCode::UNAVAILABLE: return {.code = Code::unavailable, .detail = "a server behind this one"};
    default: return {.code = Code::internal};
  }
}

GrpcEnd end_of(const ::grpc::Status& status, const ::grpc::ClientContext& context) {
  return {.status = static_cast<int>(status.error_code()),
          .message = status.error_message(),
          .details = status.error_details(),
          .trailers = metadata_of(context.GetServerTrailingMetadata())};
}

GrpcCalls::GrpcCalls(const std::string& address, GrpcChannel::Settings settings)
    : settings_(std::move(settings)), channel_(connect(address, settings_)), stub_(channel_) {}

bool GrpcCalls::enter(Call& call) {
  std::lock_guard lock(mutex_);
  if (ended_ || under_way_.size() >= settings_.most_calls) return false;
  under_way_.insert(&call);
  return true;
}

void GrpcCalls::leave(Call& call) {
  std::lock_guard lock(mutex_);
  under_way_.erase(&call);
  if (ended_ && under_way_.empty()) left_.notify_all();
}

void GrpcCalls::end() {
  std::unique_lock lock(mutex_);
  ended_ = true;
  for (auto* call : under_way_) call->cancel();
  left_.wait(lock, [&] { return under_way_.empty(); });
}

void GrpcCalls::prepare(::grpc::ClientContext& context, const GrpcCall& options) const {
  if (options.timeout.count() > 0) context.set_deadline(std::chrono::system_clock::now() + options.timeout);
  for (const auto* metadata : {&settings_.metadata, &options.metadata})
    for (const auto& [name, value] : *metadata) context.AddMetadata(name, value);
}

bool GrpcCalls::connected() const { return channel_->GetState(false) == GRPC_CHANNEL_READY; }

GrpcChannel::GrpcChannel(const std::string& address, Settings settings)
    : calls_(std::make_shared<GrpcCalls>(address, std::move(settings))), batches_(std::make_unique<GrpcBatches>()) {
  keep_callback_threads();
}

GrpcChannel::~GrpcChannel() { end(); }

void GrpcChannel::end() { calls_->end(); }

GrpcStream GrpcChannel::open(const std::string& method, const GrpcCall& options) {
  return GrpcStream(open_stream(calls_, method, options));
}

bool GrpcChannel::connected() const { return calls_->connected(); }

Task<GrpcEnd> GrpcChannel::attempt(std::string method, const google::protobuf::MessageLite& request,
                                   google::protobuf::MessageLite& response, GrpcCall options) {
  const auto calls = calls_;  // the channel may be gone when the answer comes
  if (options.shares && request.ByteSizeLong() <= kMostSharedRequest) {
    SharingCall call;
    if (!calls->enter(call)) co_return GrpcEnd{.sent = false, .status = ::grpc::StatusCode::UNAVAILABLE};
    co_return co_await completion<GrpcEnd>([&](auto done) {
      batches_->begin(calls, method, request, response, options,
                      [own = calls.get(), ours = &call, done](GrpcEnd ended) mutable {
                        own->leave(*ours);
                        done(std::move(ended));
                      });
    });
  }
  UnaryCall call;
  calls->prepare(call.context, options);
  if (!calls->enter(call)) co_return GrpcEnd{.sent = false, .status = ::grpc::StatusCode::UNAVAILABLE};
  co_return co_await completion<GrpcEnd>([&](auto done) {
    calls->stub().UnaryCall(&call.context, method, {}, &request, &response,
                            [own = calls.get(), ours = &call, done](const ::grpc::Status& status) mutable {
                              auto ended = end_of(status, ours->context);
                              own->leave(*ours);
                              done(std::move(ended));
                            });
  });
}

Task<Result<void>> GrpcChannel::exchange(const std::string& method, const google::protobuf::MessageLite& request,
                                         google::protobuf::MessageLite& response, const GrpcCall& options) {
  const auto calls = calls_;
  const auto ended = co_await attempt(method, request, response, options);
  if (!ended.sent) co_return fail(Code::unavailable, "too many calls are under way");
  if (ended.status != 0) co_return std::unexpected(calls->error({ended.status, ended.message, ended.details}));
  co_return Result<void>{};
}

}  // namespace godwit::net
