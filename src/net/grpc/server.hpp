#pragma once
#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/executor.hpp"
#include "base/task.hpp"
#include "net/grpc/tls.hpp"

namespace godwit::net {

/// A unary call that came in.
struct GrpcIncoming {
  using Metadata = std::vector<std::pair<std::string, std::string>>;

  std::string method;  ///< "/package.Service/Method"
  std::string body;    ///< the request as it was serialised; empty while it is being admitted
  Metadata metadata;   ///< names in lower case; what ends in "-bin" is decoded
  std::chrono::system_clock::time_point deadline;  ///< the caller's; far away where it has none

  /// The first value of that name; empty: there is none.
  [[nodiscard]] std::string_view value(std::string_view name) const;
};

/// How a call ends. `body` goes out where `status` is 0.
struct GrpcOutgoing {
  int status = 0;  ///< gRPC's code
  std::string message{}, body{};
  GrpcIncoming::Metadata trailers{};
};

/// A gRPC server whose unary calls are coroutines, whether they come by themselves or share messages (`batches.hpp`).
/// gRPC runs all its handlers on two threads, so each call is begun on one of the executors, in turn, and may end on
/// any thread.
class GrpcServer {
 public:
  using Handler = std::function<Task<GrpcOutgoing>(GrpcIncoming)>;
  struct Settings {
    std::string address = "127.0.0.1:0";  ///< port 0: one that is free
    std::size_t most_bytes = 8U << 20U;   ///< of a request; longer ones are refused (RESOURCE_EXHAUSTED)
    std::size_t most_calls = 4096;        ///< being carried out; what comes beyond is answered `busy` at once
    std::optional<GrpcTls> tls{};
    /// Looked at before a call's body is read. A value: the call is refused with it. On a thread of gRPC's: quick.
    std::function<std::optional<GrpcOutgoing>(const GrpcIncoming&)> admit{};
    GrpcOutgoing busy{.status = 8, .message = "too many calls"};     ///< nothing of such a call was done
    GrpcOutgoing leaving{.status = 14, .message = "shutting down"};  ///< the same, since `stop` began
    /// How long `stop` goes on saying so, where it has the patience: callers that know go elsewhere, and find no
    /// connection closed under a call.
    std::chrono::milliseconds lingering{300};
  };

  /// Listens. The executors outlive the server. Throws std::runtime_error where it cannot listen.
  GrpcServer(Settings settings, std::vector<Executor*> executors, Handler handler);
  /// As `stop` without patience.
  ~GrpcServer();
  GrpcServer(const GrpcServer&) = delete;
  GrpcServer& operator=(const GrpcServer&) = delete;

  [[nodiscard]] int port() const noexcept { return port_; }
  /// Calls being carried out.
  [[nodiscard]] std::size_t running() const;
  /// Refuses new calls (`leaving`) for `lingering` at least, waits for those that run, `patience` at most for both;
  /// then ends the others (UNAVAILABLE: they were begun) and closes every connection. False: handlers still run; what
  /// they use must outlive them. Not on an executor's thread.
  bool stop(std::chrono::milliseconds patience);

 private:
  struct State;
  class Ticket;
  class Service;
  class Reactor;
  class Batches;

  std::shared_ptr<State> state_;
  std::unique_ptr<Service> service_;
  struct Listening;
  std::unique_ptr<Listening> listening_;
  int port_ = 0;
};

}  // namespace godwit::net
