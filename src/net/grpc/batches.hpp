#pragma once
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "net/grpc/calls.hpp"

/// Calls that share messages: between a channel and a GrpcServer one stream carries them (ADR 0045). What comes while a
/// message is under way goes into the next; whatever begins in one turn of an executor goes together.
namespace godwit::net {

inline constexpr std::string_view kCarryPath = "/godwit.batch.v1.Batches/Carry";
inline constexpr std::size_t kMostSharedRequest = 64U << 10U;  ///< a longer one goes by itself
inline constexpr std::size_t kMostSharedAnswer = 4U << 20U;    ///< a longer one is RESOURCE_EXHAUSTED at the caller
inline constexpr std::size_t kBatchBytes = 256U << 10U;        ///< of a message, before the last call or answer in it
inline constexpr std::size_t kMostWaitingBytes = 16U << 20U;   ///< of answers; beyond, a stream's calls are not read

/// A channel's end of it. Thread-safe.
class GrpcBatches {
 public:
  using Done = std::move_only_function<void(GrpcEnd)>;

  /// `done` comes once, on a thread of gRPC's, or before `begin` is back. `response` outlives it. `calls` is the
  /// channel's; the call itself has entered.
  void begin(const std::shared_ptr<GrpcCalls>& calls, const std::string& method,
             const google::protobuf::MessageLite& request, google::protobuf::MessageLite& response,
             const GrpcCall& options, Done done);

 private:
  class Stream;
  std::mutex mutex_;
  std::shared_ptr<Stream> stream_;
};

}  // namespace godwit::net
