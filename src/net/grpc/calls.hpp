#pragma once
#include <google/protobuf/message_lite.h>
#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/impl/codegen/proto_utils.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_set>

#include "net/grpc/channel.hpp"

namespace godwit::net {

/// What is under way on a channel, so that its end can cancel it. Thread-safe; lives until the last call has left.
class GrpcCalls {
 public:
  using Message = google::protobuf::MessageLite;
  using Stub = ::grpc::TemplatedGenericStub<Message, Message>;

  /// What can be cancelled. `cancel` is called under the lock of its GrpcCalls: it must not call back.
  class Call {
   public:
    virtual ~Call() = default;
    virtual void cancel() = 0;
  };

  GrpcCalls(const std::string& address, GrpcChannel::Settings settings);

  /// False: as many as there may be, or the channel is at its end.
  [[nodiscard]] bool enter(Call& call);
  /// gRPC is done with the call.
  void leave(Call& call);
  /// Lets nobody in any more, cancels all, waits until they have left.
  void end();

  void prepare(::grpc::ClientContext& context, const GrpcCall& options) const;
  [[nodiscard]] Error error(const GrpcFailure& failure) const { return settings_.translate(failure); }
  [[nodiscard]] bool connected() const;
  [[nodiscard]] Stub& stub() noexcept { return stub_; }

 private:
  const GrpcChannel::Settings settings_;
  const std::shared_ptr<::grpc::Channel> channel_;
  Stub stub_;
  std::mutex mutex_;
  std::condition_variable left_;
  std::unordered_set<Call*> under_way_;
  bool ended_ = false;
};

/// How gRPC says that a call ended.
[[nodiscard]] GrpcEnd end_of(const ::grpc::Status& status, const ::grpc::ClientContext& context);

/// The stream that `GrpcChannel::open` begins.
[[nodiscard]] std::shared_ptr<GrpcStream::Reactor> open_stream(const std::shared_ptr<GrpcCalls>& calls,
                                                               const std::string& method, const GrpcCall& options);

}  // namespace godwit::net
