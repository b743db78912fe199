#pragma once
#include "base/log.hpp"

namespace godwit::net {

/// While it lives, the errors that gRPC and protobuf write by themselves are warnings in our log (`grpc`, `protobuf`);
/// afterwards nothing of it is said. One a process, before its first call: it also turns the search for deadlocks off
/// that Debian's abseil has on. `log` outlives it.
class GrpcLog {
 public:
  explicit GrpcLog(Log& log);
  GrpcLog(const GrpcLog&) = delete;
  GrpcLog& operator=(const GrpcLog&) = delete;
  ~GrpcLog();
};

}  // namespace godwit::net
