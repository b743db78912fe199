#include "rpc/server.hpp"

#include <stdexcept>

#include "godwit/rpc/v1/rpc.pb.h"
#include "rpc/error_values.hpp"
#include "rpc/handshake.hpp"

namespace godwit::rpc {

namespace {
constexpr int kUnauthenticated = 16, kUnimplemented = 12;
constexpr std::string_view kBearer = "Bearer ";

/// What the caller's deadline, which comes as a time of day, is here: what is asked for on its behalf has no later one.
Deadline steady(std::chrono::system_clock::time_point deadline) {
  const auto rest = deadline - std::chrono::system_clock::now();
  if (rest > std::chrono::hours(24)) return kNoDeadline;
  return std::chrono::steady_clock::now() + std::chrono::duration_cast<std::chrono::steady_clock::duration>(rest);
}
}  // namespace

void Services::add(std::string_view path, Handler handler) {
  if (!handlers_.emplace(std::string(path), std::move(handler)).second)
    throw std::logic_error("served twice: " + std::string(path));
}

const Services::Handler* Services::find(std::string path) const {
  auto& first = path[path.rfind('/') + 1];
  if (first >= 'a' && first <= 'z') first = static_cast<char>(first - 'a' + 'A');
  const auto found = handlers_.find(path);
  return found == handlers_.end() ? nullptr : &found->second;
}

struct Server::Self {
  Services services;
  const Secret secret;
  const std::string life, call_proof, answer_proof;

  [[nodiscard]] net::GrpcOutgoing failure(const Error& error) const {
    return {.status = status_of(error),
            .message = message_of(error),
            .trailers = {{std::string(kProof), answer_proof}, {std::string(kErrorTrailer), trailer_of(error)}}};
  }
  /// Nothing was begun: another peer may be asked.
  [[nodiscard]] net::GrpcOutgoing refusal(std::string_view kind, std::string_view why) const {
    auto out = failure({.code = Code::unavailable, .detail = std::string(why), .retry_after_s = 1});
    out.trailers.emplace_back(kNotBegun, kind);
    return out;
  }
  [[nodiscard]] std::optional<net::GrpcOutgoing> admit(const net::GrpcIncoming& call) const {
    if (call.method == kProve.path || same(call.value(kProof), call_proof)) return std::nullopt;
    const auto said = call.value(kAuthorization);
    if (said.starts_with(kBearer) && secret.is(said.substr(kBearer.size()))) return std::nullopt;
    return net::GrpcOutgoing{.status = kUnauthenticated,
                             .message = "unauthenticated: this listener is for processes of the house",
                             .trailers = {{std::string(kNotBegun), std::string(kNotBegunProve)}}};
  }
  [[nodiscard]] Result<std::string> prove(const std::string& body) const {
    v1::ProveRequest request;
    const bool read = request.ParseFromString(body);
    if (!read || request.nonce().size() < kNonceBytes || request.nonce().size() > kMostNonceBytes)
      return not_valid("the nonce");
    v1::ProveReply reply;
    reply.set_life(life);
    reply.set_batches(true);
    reply.set_proof(secret.server_proof(request.nonce(), life));
    return reply.SerializeAsString();
  }
  static Task<net::GrpcOutgoing> answer(std::shared_ptr<const Self> self, net::GrpcIncoming call);
};

Task<net::GrpcOutgoing> Server::Self::answer(std::shared_ptr<const Self> self, net::GrpcIncoming call) {
  Result<std::string> result;
  if (call.method == kProve.path) {
    result = self->prove(call.body);
  } else {
    const auto* handler = self->services.find(call.method);
    if (handler == nullptr)
      co_return net::GrpcOutgoing{.status = kUnimplemented,
                                  .message = "not served here",
                                  .trailers = {{std::string(kProof), self->answer_proof}}};
    co_await set_deadline(steady(call.deadline));
    result = co_await (*handler)(std::move(call.body));
  }
  if (!result) co_return self->failure(result.error());
  co_return net::GrpcOutgoing{.body = std::move(*result), .trailers = {{std::string(kProof), self->answer_proof}}};
}

net::GrpcServer::Settings Server::settings_of(Settings settings, const std::shared_ptr<const Self>& self) {
  return {.address = std::move(settings.address),
          .most_bytes = settings.most_bytes,
          .most_calls = settings.most_calls,
          .tls = std::move(settings.tls),
          .admit = [self](const net::GrpcIncoming& call) { return self->admit(call); },
          .busy = self->refusal(kNotBegunBusy, "too many calls at a time"),
          .leaving = self->refusal(kNotBegunLeaving, "this process is going")};
}

Server::Server(Settings settings, Services services, std::vector<Executor*> executors, const Secret& secret,
               Random& random)
    : self_([&] {
        std::string life(kLifeBytes, '\0');
        random.fill(std::as_writable_bytes(std::span(life)));
        return std::make_shared<const Self>(std::move(services), secret, life, secret.call_proof(life),
                                            secret.answer_proof(life));
      }()),
      server_(settings_of(std::move(settings), self_), std::move(executors),
              [self = self_](net::GrpcIncoming call) { return Self::answer(self, std::move(call)); }) {}

}  // namespace godwit::rpc
