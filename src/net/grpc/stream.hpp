#pragma once
#include <google/protobuf/message_lite.h>

#include <memory>

#include "base/error.hpp"
#include "base/task.hpp"

namespace godwit::net {

class GrpcCalls;

/// One streaming call. At most one `read` and one `write` (or `end_writing`) are awaited at a time; they may be so at
/// the same time. Each goes on on the executor that awaited it. Any thread.
class GrpcStream {
 public:
  class Reactor;

  explicit GrpcStream(std::shared_ptr<Reactor> reactor) : reactor_(std::move(reactor)) {}
  GrpcStream(GrpcStream&&) noexcept = default;
  GrpcStream& operator=(GrpcStream&&) noexcept = delete;
  /// Cancels the call where it has not ended. Nothing of it may be awaited then.
  ~GrpcStream();

  /// Comes back when the message was handed to the network, which is no proof that anybody got it.
  Task<Result<void>> write(const google::protobuf::MessageLite& message);
  /// Tells the other side that no more messages come.
  Task<Result<void>> end_writing();
  /// The next message into `into`: true. The other side ended the call well: false. Else the channel's error.
  Task<Result<bool>> read(google::protobuf::MessageLite& into);
  /// What is awaited gets an error, and so does everything after.
  void cancel();

 private:
  std::shared_ptr<Reactor> reactor_;
};

}  // namespace godwit::net
