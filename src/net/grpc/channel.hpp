#pragma once
#include <google/protobuf/message_lite.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/executor.hpp"
#include "net/grpc/stream.hpp"
#include "net/grpc/tls.hpp"

namespace godwit::net {

class GrpcBatches;

/// How a call ended that did not end well.
struct GrpcFailure {
  int status = 0;       ///< gRPC's code: 14 is UNAVAILABLE
  std::string message;  ///< the other side's words, or gRPC's: may hold addresses, so for a log only
  std::string details;  ///< grpc-status-details-bin, as it came
};

/// What there is to say without knowing the other side: `unavailable` where the same call may succeed later (no
/// connection, deadline over, cancelled, exhausted, aborted), else `internal`. No words of the other side.
[[nodiscard]] Error grpc_error(const GrpcFailure& failure);

using GrpcMetadata = std::vector<std::pair<std::string, std::string>>;  ///< names in lower case

/// How a call ended, and what the other side said beside its answer.
struct GrpcEnd {
  bool sent = true;                  ///< false: as many are under way as there may be, or the channel is at its end
  int status = 0;                    ///< gRPC's code
  std::string message{}, details{};  ///< as in GrpcFailure
  GrpcMetadata trailers{};           ///< what ends in "-bin" is decoded
};

struct GrpcCall {
  std::chrono::milliseconds timeout{0};  ///< the call's deadline from now; 0: none
  GrpcMetadata metadata{};
  /// It may go with others in one message, where its request is short (`batches.hpp`): for what has a short answer,
  /// asked of a GrpcServer.
  bool shares = false;
};

/// The way to one gRPC server, over one connection that is made on the first call and made again after a loss: a call
/// while there is none fails at once, and tries are at most `most_backoff` apart. Nothing of it is shared with another
/// channel to the same address. Any thread; a call goes on on the executor that awaited it (where it was none's thread:
/// on a thread of gRPC's, which must not be blocked, nor destroy the channel).
/// A call that failed may have been carried out, whatever it failed with.
class GrpcChannel {
 public:
  struct Settings {
    std::size_t most_bytes = 5U << 20U;            ///< of one message that comes in; longer ones fail the call
    std::size_t most_calls = 65'536;               ///< under way, streams too; at the bound `unavailable`, at once
    std::chrono::milliseconds most_backoff{1000};  ///< between two tries to connect
    std::chrono::milliseconds connecting{2000};    ///< a try may take
    /// A ping so often; 0: none. A peer that answers none within `keepalive_answer` has its connection closed. Servers
    /// count pings: grpc-java's allow one in 5 minutes, and more only while they send something.
    std::chrono::milliseconds keepalive{0}, keepalive_answer{5000};
    std::optional<GrpcTls> tls{};
    GrpcMetadata metadata{};                                          ///< goes with every call
    std::function<Error(const GrpcFailure&)> translate = grpc_error;  ///< on a thread of gRPC's, at its border
  };

  /// `address`: "host:port". Connects nowhere yet.
  GrpcChannel(const std::string& address, Settings settings);
  ~GrpcChannel();
  GrpcChannel(const GrpcChannel&) = delete;
  GrpcChannel& operator=(const GrpcChannel&) = delete;

  /// One request, one answer. `method`: "/package.Service/Method".
  template <class Response, class Request>
  Task<Result<Response>> call(std::string method, Request request, GrpcCall options) {
    Response response;
    CO_CHECK(co_await exchange(method, request, response, options));
    co_return std::move(response);
  }

  /// The same for whoever judges by themselves how it ended. `request` and `response` outlive the task.
  Task<GrpcEnd> attempt(std::string method, const google::protobuf::MessageLite& request,
                        google::protobuf::MessageLite& response, GrpcCall options);

  /// Whether there is a connection. Where there was none in between, the next call may be the first of another one.
  [[nodiscard]] bool connected() const;

  /// Begins a call on which either side may say any number of things (or one thing, where the method says so: a
  /// method that streams only its answers is one `write`, `end_writing`, then `read`s). What goes wrong is told by the
  /// stream's next verb.
  [[nodiscard]] GrpcStream open(const std::string& method, const GrpcCall& options);

  /// Cancels what is under way and waits until gRPC is done with it. What was awaited gets its error; what is begun
  /// after it is `unavailable`.
  void end();

 private:
  Task<Result<void>> exchange(const std::string& method, const google::protobuf::MessageLite& request,
                              google::protobuf::MessageLite& response, const GrpcCall& options);

  std::shared_ptr<GrpcCalls> calls_;
  const std::unique_ptr<GrpcBatches> batches_;
};

}  // namespace godwit::net
