#pragma once
#include "base/log.hpp"

namespace godwit::net {

/// While it lives, the errors that gRPC and protobuf write by themselves are warnings in our log (`grpc`, `protobuf`);
/// afterwards nothing of it is said. One a process; `log` outlives it.
class GrpcLog {
 public:
  explicit GrpcLog(Log& log);
  GrpcLog(const GrpcLog&) = delete;
  GrpcLog& operator=(const GrpcLog&) = delete;
  ~GrpcLog();
};

}  // namespace godwit::net
