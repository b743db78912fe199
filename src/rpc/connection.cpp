#include "rpc/connection.hpp"

#include <algorithm>

#include "base/executor.hpp"
#include "godwit/rpc/v1/rpc.pb.h"
#include "rpc/error_values.hpp"
#include "rpc/handshake.hpp"

namespace godwit::rpc {
namespace {

using google::protobuf::MessageLite;
using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kFairTime{500};  // what a peer did not answer in less is not held against it
constexpr int kDeadlineExceeded = 4, kResourceExhausted = 8, kUnimplemented = 12;

net::GrpcChannel::Settings channel_settings(const Connection::Settings& settings) {
  return {.most_bytes = settings.most_bytes,
          .most_calls = settings.most_calls,
          .keepalive = settings.keepalive,
          .keepalive_answer = settings.keepalive,
          .tls = settings.tls};
}

std::string_view trailer(const net::GrpcEnd& ended, std::string_view name) {
  for (const auto& [key, value] : ended.trailers)
    if (key == name) return value;
  return {};
}

Error unavailable(std::string_view why) {
  return {.code = Code::unavailable, .detail = std::string(why), .retry_after_s = 1};
}

Connections::Ends counters_of_ends(Metrics& metrics) {
  constexpr std::string_view kNames[] = {"answered", "refused", "away", "broken", "late"};
  Connections::Ends ends{};
  for (std::size_t i = 0; i < ends.size(); ++i)
    ends.at(i) = &metrics.counter("godwit_rpc_attempts_total", "Tries to call another process, by how they ended.",
                                  "end=\"" + std::string(kNames[i]) + "\"");
  return ends;
}

Attempt failed(Attempt::End end, Error error) { return {.end = end, .result = std::unexpected(std::move(error))}; }

}  // namespace

Connection::Connection(const std::string& address, const Settings& settings, const Ports& ports)
    : address_(address),
      most_calls_(settings.most_calls),
      ports_(ports),
      breaker_(settings.breaker, ports.clock),
      channel_(address, channel_settings(settings)) {}

Task<Attempt> Connection::attempt(const Method& method, const MessageLite& request, MessageLite& response,
                                  milliseconds timeout) {
  auto attempt = co_await call(method, request, response, steady_clock::now() + timeout);
  if (attempt.end == Attempt::End::late && timeout < kFairTime)
    breaker_.report_nothing();
  else
    breaker_.report(attempt.end == Attempt::End::answered || attempt.end == Attempt::End::refused);
  if (attempt.leaving) breaker_.rest();
  co_return attempt;
}

Task<Attempt> Connection::call(const Method& method, const MessageLite& request, MessageLite& response,
                               steady_clock::time_point until) {
  const std::string path(method.path);
  for (int tries = 0;; ++tries) {
    const auto proof = co_await proven();
    if (!proof) co_return failed(Attempt::End::away, proof.error());
    const auto rest = duration_cast<milliseconds>(until - steady_clock::now());
    if (rest.count() <= 0) co_return failed(Attempt::End::late, unavailable("it took too long"));
    const auto ended = co_await channel_.attempt(path, request, response,
                                                 {.timeout = rest,
                                                  .metadata = {{std::string(kProof), (*proof)->call}},
                                                  .shares = method.is_short && (*proof)->batches});
    // It is another one since: what it refused it did not begin.
    if (trailer(ended, kNotBegun) == kNotBegunProve && ended.status != 0 && tries == 0) {
      forget(*proof);
      continue;
    }
    co_return judge(ended, *proof);
  }
}

Attempt Connection::judge(const net::GrpcEnd& ended, const ProofPtr& proof) {
  using End = Attempt::End;
  if (!ended.sent) return failed(End::refused, unavailable("too many calls are under way"));
  if (!same(trailer(ended, kProof), proof->answer)) {
    // gRPC's own words, or a stranger's: neither says what became of the call.
    if (ended.status == kDeadlineExceeded) return failed(End::late, unavailable("it took too long"));
    if (ended.status == kResourceExhausted || ended.status == kUnimplemented) {
      ports_.log.error("rpc_call_refused", {{"peer", address_}, {"status", ended.status}, {"why", ended.message}});
      return failed(End::answered, {.code = Code::internal});
    }
    forget(proof);
    return failed(End::broken, unavailable("the connection to another process broke"));
  }
  if (ended.status == 0) return {};
  auto error = error_of(trailer(ended, kErrorTrailer));
  if (!error) return failed(End::answered, {.code = Code::internal});
  const auto not_begun = trailer(ended, kNotBegun);
  auto attempt = failed(not_begun.empty() ? End::answered : End::refused, std::move(*error));
  attempt.leaving = not_begun == kNotBegunLeaving;
  return attempt;
}

void Connection::forget(const ProofPtr& proof) {
  std::lock_guard lock(mutex_);
  if (proof_ == proof) proof_ = nullptr;
}

Task<Result<Connection::ProofPtr>> Connection::proven() {
  {
    std::unique_lock lock(mutex_);
    if (proof_ != nullptr && channel_.connected()) co_return proof_;
    if (proving_) {
      lock.unlock();
      co_return co_await completion<Result<ProofPtr>>([this](auto done) { wait(std::move(done)); });
    }
    proving_ = true;
    proof_ = nullptr;
  }
  auto proved = co_await prove();
  std::vector<Waiter> waiting;
  {
    std::lock_guard lock(mutex_);
    proving_ = false;
    if (proved) proof_ = *proved;
    waiting.swap(waiting_);
  }
  for (auto& waiter : waiting) waiter(proved);
  co_return proved;
}

// `waiter` may go on at once: never under the lock.
void Connection::wait(Waiter waiter) {
  Result<ProofPtr> now = std::unexpected(unavailable("another process cannot be reached"));
  {
    std::lock_guard lock(mutex_);
    if (proving_ && waiting_.size() < most_calls_) {
      waiting_.push_back(std::move(waiter));
      return;
    }
    if (proof_ != nullptr) now = proof_;
  }
  waiter(std::move(now));
}

Task<Result<Connection::ProofPtr>> Connection::prove() {
  v1::ProveRequest request;
  std::string nonce(kNonceBytes, '\0');
  ports_.random.fill(std::as_writable_bytes(std::span(nonce)));
  request.set_nonce(nonce);
  v1::ProveReply reply;
  const auto ended = co_await channel_.attempt(std::string(kProve.path), request, reply, {.timeout = kProve.deadline});
  if (ended.status != 0) co_return std::unexpected(unavailable("another process cannot be reached"));
  const bool knows =
      reply.life().size() == kLifeBytes && same(reply.proof(), ports_.secret.server_proof(nonce, reply.life()));
  if (!knows) {
    ports_.log.error("rpc_peer_unproven", {{"peer", address_}});
    co_return std::unexpected(unavailable("another process does not know the secret"));
  }
  co_return std::make_shared<const Proof>(ports_.secret.call_proof(reply.life()),
                                          ports_.secret.answer_proof(reply.life()), reply.batches());
}

Connections::Connections(Connection::Settings settings, const Connection::Ports& ports, Metrics& metrics)
    : calls(metrics.counter("godwit_rpc_calls_total", "Calls of other processes.")),
      repeats(metrics.counter("godwit_rpc_repeats_total", "Calls that were tried again, or with another peer.")),
      failures(metrics.counter("godwit_rpc_failures_total", "Calls that no peer answered.")),
      seconds(metrics.histogram("godwit_rpc_seconds", "How long calls of other processes took.")),
      ends(counters_of_ends(metrics)),
      settings_(std::move(settings)),
      ports_(ports) {
  metrics.gauge("godwit_rpc_peers_left_alone", "Processes that calls are kept away from, for they fail.",
                [this] { return static_cast<double>(left_alone()); });
}

std::size_t Connections::left_alone() {
  std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(
      std::ranges::count_if(entries_, [](const auto& one) { return !one.second.connection->trusted(); }));
}

bool Connections::trusts(const std::string& address) {
  std::lock_guard lock(mutex_);
  const auto known = entries_.find(address);
  return !ended_ && (known == entries_.end() || known->second.connection->trusted());
}

std::shared_ptr<Connection> Connections::at(const std::string& address) {
  std::shared_ptr<Connection> oldest;  // closed after the lock
  std::lock_guard lock(mutex_);
  if (ended_) return nullptr;
  auto& entry = entries_[address];
  entry.used = ++uses_;
  if (entry.connection != nullptr) return entry.connection;
  entry.connection = std::make_shared<Connection>(address, settings_, ports_);
  const auto made = entry.connection;
  if (entries_.size() > kMost) {
    const auto least = std::ranges::min_element(entries_, {}, [](const auto& one) { return one.second.used; });
    oldest = std::move(least->second.connection);
    entries_.erase(least);
  }
  return made;
}

void Connections::end() {
  std::unordered_map<std::string, Entry> ending;
  {
    std::lock_guard lock(mutex_);
    ended_ = true;
    ending.swap(entries_);
  }
  for (auto& [address, entry] : ending) entry.connection->end();
}

}  // namespace godwit::rpc
