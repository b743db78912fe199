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

#include "base/batcher.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "base/random.hpp"
#include "base/task.hpp"
#include "net/grpc/channel.hpp"
#include "rpc/attempt.hpp"
#include "rpc/breaker.hpp"
#include "rpc/methods.hpp"
#include "rpc/secret.hpp"

namespace godwit::rpc {

/// A bundled call on its way with others, and what came back.
struct Parcel {
  std::string_view path;
  std::string request;
  std::chrono::steady_clock::time_point until;
};
struct Unpacked {
  Attempt attempt{};
  std::string response{};  ///< where it was answered well
  bool alone = false;      ///< the bundle did not wait for it: it is to be asked for by itself
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
  };
  using ProofPtr = std::shared_ptr<const Proof>;
  using Waiter = std::move_only_function<void(Result<ProofPtr>)>;

  Task<Attempt> try_it(const Method& method, const google::protobuf::MessageLite& request,
                       google::protobuf::MessageLite& response, std::chrono::steady_clock::time_point until);
  /// connection_bundle.cpp: with others, where more are made than are answered.
  Task<Attempt> call_bundled(const Method& method, const google::protobuf::MessageLite& request,
                             google::protobuf::MessageLite& response, std::chrono::steady_clock::time_point until);
  Task<std::vector<Unpacked>> carry(std::vector<Parcel> parcels);
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
  Batcher<Parcel, Unpacked> bundles_;
  net::GrpcChannel channel_;  // the first to go: what waits for it gets its error
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
