#pragma once
#include <google/protobuf/message_lite.h>

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "base/random.hpp"
#include "base/task.hpp"
#include "net/grpc/channel.hpp"
#include "rpc/breaker.hpp"
#include "rpc/methods.hpp"
#include "rpc/secret.hpp"

namespace godwit::rpc {

/// How a try to call a peer ended.
struct Attempt {
  enum class End : char {
    answered,  ///< by who knows the secret: `result`
    refused,   ///< by the same, nothing was carried out: it has too much to do, or is going
    away,      ///< it was not reached or is not who it should be: nothing was carried out, nothing was told
    broken,    ///< nobody knows whether it was carried out
    late,      ///< the same: the deadline was over
  };
  End end = End::answered;
  Result<void> result{};
  bool leaving = false;  ///< refused, and will be: it is shutting down
};

/// The way to one process. Before the first call, and again whenever the connection was another one, it has the peer
/// prove that it knows the secret: nothing of value goes to who does not (ADR 0032). Thread-safe.
class Connection {
 public:
  struct Settings {
    std::size_t most_bytes = 32U << 20U;  ///< of an answer
    std::size_t most_calls = 8192;        ///< under way to one peer; at the bound `unavailable` at once
    Breaker::Settings breaker{};
    /// While calls wait, the peer is pinged so often; one that does not answer as long again is gone.
    std::chrono::milliseconds keepalive{3000};
    std::optional<net::GrpcTls> tls{};
  };
  /// All of it outlives the connection.
  struct Ports {
    const Secret& secret;
    const Clock& clock;
    Random& random;
    Log& log;
  };
  Connection(const std::string& address, const Settings& settings, const Ports& ports);

  /// Whether a call may be tried; then it has to be.
  [[nodiscard]] bool admit() { return breaker_.admit(); }
  /// Whether calls go there as a rule.
  [[nodiscard]] bool trusted() const { return breaker_.closed(); }
  /// Cancels what is under way; whatever is tried from now on is not sent.
  void end() { channel_.end(); }
  /// `response` is whole where it was answered well. Comes back within `timeout`, or the two
  /// seconds that a proof may take where that is longer.
  Task<Attempt> attempt(const Method& method, const google::protobuf::MessageLite& request,
                        google::protobuf::MessageLite& response, std::chrono::milliseconds timeout);

 private:
  struct Proof {
    std::string call, answer;
    bool batches = false;  ///< it takes calls that share messages
  };
  using ProofPtr = std::shared_ptr<const Proof>;
  using Waiter = std::move_only_function<void(Result<ProofPtr>)>;

  Task<Attempt> call(const Method& method, const google::protobuf::MessageLite& request,
                     google::protobuf::MessageLite& response, std::chrono::steady_clock::time_point until);
  void wait(Waiter waiter);
  /// What the peer of this connection proved itself by; asks it where it has not, once for all who wait.
  Task<Result<ProofPtr>> proven();
  Task<Result<ProofPtr>> prove();
  void forget(const ProofPtr& proof);
  [[nodiscard]] Attempt judge(const net::GrpcEnd& ended, const ProofPtr& proof);

  const std::string address_;
  const std::size_t most_calls_;
  const Ports ports_;
  Breaker breaker_;
  std::mutex mutex_;
  ProofPtr proof_;
  bool proving_ = false;
  std::vector<Waiter> waiting_;  // as many as there are calls at most
  net::GrpcChannel channel_;     // the first to go: what waits for it gets its error
};

/// A process's connections to others: one an address, made on the first call. Bounded: of more than `kMost` addresses
/// the one not asked for longest is closed when its calls have ended. Thread-safe.
class Connections {
 public:
  static constexpr std::size_t kMost = 256;

  Connections(Connection::Settings settings, const Connection::Ports& ports, Metrics& metrics);

  /// nullptr after `end`.
  [[nodiscard]] std::shared_ptr<Connection> at(const std::string& address);
  /// Whether calls go there as a rule; who was never called is trusted. Makes no connection, unlike `at`.
  [[nodiscard]] bool trusts(const std::string& address);
  /// Cancels every call that is under way, and makes none from now on: each ends `unavailable`, on the executor that
  /// awaited it. Call it while those still run, on none of them.
  void end();

  /// Peers that are left alone now.
  [[nodiscard]] std::size_t left_alone();

  Counter& calls;
  Counter& repeats;
  Counter& failures;
  Histogram& seconds;
  /// Tries by how they ended: `Attempt::End` is the place.
  using Ends = std::array<Counter*, 5>;
  const Ends ends;

 private:
  struct Entry {
    std::shared_ptr<Connection> connection;
    std::uint64_t used = 0;
  };
  const Connection::Settings settings_;
  const Connection::Ports ports_;
  std::mutex mutex_;
  std::uint64_t uses_ = 0;
  bool ended_ = false;
  std::unordered_map<std::string, Entry> entries_;
};

}  // namespace godwit::rpc
