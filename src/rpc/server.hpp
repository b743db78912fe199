#pragma once
#include <google/protobuf/message_lite.h>

#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/error.hpp"
#include "base/executor.hpp"
#include "base/random.hpp"
#include "base/task.hpp"
#include "net/grpc/server.hpp"
#include "rpc/domain_values.hpp"
#include "rpc/methods.hpp"
#include "rpc/secret.hpp"

namespace godwit::rpc {

/// What a listener serves: each method and what answers it. Filled before the server is made.
class Services {
 public:
  using Handler = std::function<Task<Result<std::string>>(std::string)>;

  /// `handler`: a function (Service&, const Request&) → Task<Result<Reply>>. `service` outlives the server's calls.
  template <class Service, class Request, class Reply>
  void add(const Method& method, Service& service, Task<Result<Reply>> (*handler)(Service&, const Request&)) {
    add(method.path, [&service, handler](std::string body) { return answer(service, handler, std::move(body)); });
  }
  /// Throws std::logic_error where the method is there already.
  void add(std::string_view path, Handler handler);
  /// nullptr: it is not served. The name of a method may begin with a small letter, as Dubbo's callers say it.
  [[nodiscard]] const Handler* find(std::string path) const;

 private:
  template <class Service, class Request, class Reply>
  static Task<Result<std::string>> answer(Service& service, Task<Result<Reply>> (*handler)(Service&, const Request&),
                                          std::string body) {
    Request request;
    if (!request.ParseFromString(body)) co_return not_valid("the request");
    CO_TRY(const auto reply, co_await handler(service, request));
    co_return reply.SerializeAsString();
  }

  std::unordered_map<std::string, Handler> handlers_;
};

/// A process's listener for others of the house. Calls are carried out on `executors`, in turn. Refuses whoever does
/// not show that they know the secret, before their request is read, and proves the same of itself (ADR 0032).
class Server {
 public:
  struct Settings {
    std::string address = "127.0.0.1:0";
    std::size_t most_bytes = 8U << 20U;  ///< of a request
    std::size_t most_calls = 4096;       ///< at a time; beyond: refused at once, and the caller asks another peer
    std::optional<net::GrpcTls> tls{};
  };

  /// Listens. The executors outlive the server. Throws
  /// std::runtime_error where it cannot listen.
  Server(Settings settings, Services services, std::vector<Executor*> executors, const Secret& secret, Random& random);

  [[nodiscard]] int port() const noexcept { return server_.port(); }
  [[nodiscard]] std::size_t running() const { return server_.running(); }
  /// As net::GrpcServer::stop: callers ask another peer from now on.
  bool stop(std::chrono::milliseconds patience) { return server_.stop(patience); }

 private:
  struct Self;  // what handlers use: outlives the server with them
  static net::GrpcServer::Settings settings_of(Settings settings, const std::shared_ptr<const Self>& self);

  const std::shared_ptr<const Self> self_;
  net::GrpcServer server_;
};

}  // namespace godwit::rpc
