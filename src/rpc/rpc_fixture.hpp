#pragma once
#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include "base/worker.hpp"
#include "rpc/caller.hpp"
#include "rpc/connection.hpp"
#include "rpc/serve.hpp"
#include "rpc/server.hpp"

/// For tests of this room: processes that call each other over loopback.
namespace godwit::rpc::testing {

inline constexpr std::string_view kSecretText = "a secret of sixteen bytes";

/// What one process that answers has.
class ServingProcess {
 public:
  explicit ServingProcess(Services services, Server::Settings settings = {}, std::string_view secret = kSecretText)
      : server_(std::make_unique<Server>(std::move(settings), std::move(services),
                                         std::vector<Executor*>{&first_, &second_}, Secret(secret), random_)) {}
  [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(server_->port()); }
  [[nodiscard]] Server& server() { return *server_; }
  /// As if it were killed: no patience.
  void end() { server_.reset(); }

 private:
  SystemRandom random_;
  Worker first_{"serve-1"}, second_{"serve-2"};
  std::unique_ptr<Server> server_;
};

/// What one process that asks has. Addresses are those of whoever serves the role.
class AskingProcess {
 public:
  explicit AskingProcess(std::vector<std::string> addresses, Connection::Settings settings = {},
                         std::string_view secret = kSecretText)
      : secret_(secret),
        connections_(std::move(settings), Connection::Ports{secret_, clock_, random_, log_}, metrics_),
        peers_({{RoleName::user, std::move(addresses)}}),
        caller_(connections_, peers_, RoleName::user) {}

  /// On an executor of its own, as in the product.
  template <class T>
  T ask(Task<T> task) {
    return sync_wait([](Executor& home, Task<T> work) -> Task<T> {
      co_await resume_on(home);
      co_return co_await std::move(work);
    }(home_, std::move(task)));
  }

  [[nodiscard]] Caller& caller() noexcept { return caller_; }
  [[nodiscard]] Connections& connections() noexcept { return connections_; }
  [[nodiscard]] Metrics& metrics() noexcept { return metrics_; }
  [[nodiscard]] Executor& home() noexcept { return home_; }
  [[nodiscard]] const Clock& clock() const noexcept { return clock_; }
  void end_calls() { connections_.end(); }

 private:
  SystemClock clock_;
  SystemRandom random_;
  Metrics metrics_;
  Log log_{-1};
  const Secret secret_;
  Worker home_{"ask"};
  Connections connections_;
  StaticPeers peers_;
  Caller caller_;
};

}  // namespace godwit::rpc::testing
