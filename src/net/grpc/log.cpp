#include "net/grpc/log.hpp"

#include <absl/synchronization/mutex.h>
#include <google/protobuf/stubs/logging.h>
#include <grpc/support/log.h>

#include <atomic>

namespace godwit::net {
namespace {

std::atomic<Log*> to{nullptr};

void tell(std::string_view event, std::string_view words) {
  if (auto* const log = to.load(); log != nullptr) log->warn(event, {{"detail", words}});
}

void of_grpc(gpr_log_func_args* line) { tell("grpc", line->message); }

void of_protobuf(google::protobuf::LogLevel level, const char* /*file*/, int /*line*/, const std::string& words) {
  if (level >= google::protobuf::LOGLEVEL_ERROR) tell("protobuf", words);
}

}  // namespace

GrpcLog::GrpcLog(Log& log) {
  to.store(&log);
  // It costs each lock of gRPC a walk through a graph: 3 % of a dispatcher.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  gpr_set_log_verbosity(GPR_LOG_SEVERITY_ERROR);
  gpr_set_log_function(&of_grpc);
  google::protobuf::SetLogHandler(&of_protobuf);
}

GrpcLog::~GrpcLog() { to.store(nullptr); }

}  // namespace godwit::net
