#include "rpc/caller.hpp"

#include "rpc/connection.hpp"

namespace godwit::rpc {

using google::protobuf::MessageLite;
using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// The peers of one call, from its turn on, each once.
struct Caller::Round {
  Connections& connections;
  const Addresses addresses;
  const std::size_t first;
  std::size_t asked = 0;

  /// nullptr: there is none left that may be asked.
  ConnectionPtr next() {
    while (asked < addresses->size()) {
      auto connection = connections.at((*addresses)[(first + asked++) % addresses->size()]);
      if (connection != nullptr && connection->admit()) return connection;
    }
    return nullptr;
  }
  /// How many are left that may well be asked.
  [[nodiscard]] int others() const {
    int count = 0;
    for (auto i = asked; i < addresses->size(); ++i)
      count += connections.trusts((*addresses)[(first + i) % addresses->size()]) ? 1 : 0;
    return count;
  }
};

Task<Result<void>> Caller::exchange(std::size_t first, const Method& method, const MessageLite& request,
                                    MessageLite& response) {
  const auto began = steady_clock::now();
  connections_.calls.add();
  auto result = co_await go_round(first, method, request, response);
  connections_.seconds.observe(std::chrono::duration<double>(steady_clock::now() - began).count());
  co_return result;
}

Task<Result<void>> Caller::go_round(std::size_t first, const Method& method, const MessageLite& request,
                                    MessageLite& response) {
  const auto until = std::min(steady_clock::now() + method.deadline, co_await own_deadline());
  Round round{.connections = connections_, .addresses = peers_.serving(role_), .first = first};
  Error last{.code = Code::unavailable,
             .detail = "nobody serves the role of " + std::string(name_of(role_)),
             .retry_after_s = 1};
  bool broke = false;
  for (auto peer = round.next(); peer != nullptr;) {
    const auto rest = duration_cast<milliseconds>(until - steady_clock::now());
    // Who is stopped, or cut off, says nothing: where others may be asked, too, it has a share of the time.
    auto attempt =
        co_await peer->attempt(method, request, response, method.repeatable ? rest / (1 + round.others()) : rest);
    connections_.ends.at(static_cast<std::size_t>(attempt.end))->add();
    if (attempt.end == Attempt::End::answered) co_return std::move(attempt.result);
    last = std::move(attempt.result).error();
    const bool breaks = attempt.end == Attempt::End::broken;
    const bool silent = attempt.end == Attempt::End::late;
    if ((silent || breaks) && !method.repeatable) break;
    if (breaks && broke) break;
    broke = broke || breaks;
    if (steady_clock::now() >= until) break;
    auto next = round.next();
    // The only one broke off: it may be there again.
    if (next == nullptr && breaks && peer->admit()) next = std::move(peer);
    peer = std::move(next);
    if (peer != nullptr) connections_.repeats.add();
  }
  connections_.failures.add();
  co_return std::unexpected(std::move(last));
}

void Caller::tell(const Method& method, std::unique_ptr<MessageLite> request) {
  Round round{.connections = connections_,
              .addresses = peers_.serving(role_),
              .first = turn_.fetch_add(1, std::memory_order_relaxed)};
  auto peer = round.next();
  if (peer == nullptr) return;
  connections_.calls.add();
  spawn([](ConnectionPtr to, Method what, std::unique_ptr<MessageLite> said) -> Task<void> {
    const std::unique_ptr<MessageLite> response(said->New());  // an answer without fields: any message reads it
    co_await to->attempt(what, *said, *response, what.deadline);
  }(std::move(peer), method, std::move(request)));
}

}  // namespace godwit::rpc
