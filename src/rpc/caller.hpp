#pragma once
#include <google/protobuf/message_lite.h>

#include <atomic>
#include <memory>

#include "base/error.hpp"
#include "base/task.hpp"
#include "rpc/methods.hpp"
#include "rpc/peers.hpp"

namespace godwit::rpc {

class Connection;
class Connections;

/// Calls whoever serves a role: peers take turns, those whose breaker is open are passed over. A call that was not
/// begun goes to the next peer. Where it may be (Method::repeatable), one that broke off is tried a second time, and
/// one that a peer does not answer within its share of the deadline goes to the next. `unavailable`: nobody could be
/// asked, or nobody knows what became of it. Thread-safe; outlives its calls.
class Caller {
 public:
  /// All of it outlives the caller.
  Caller(Connections& connections, const Peers& peers, RoleName role)
      : connections_(connections), peers_(peers), role_(role) {}

  template <class Response>
  Task<Result<Response>> call(const Method& method, const google::protobuf::MessageLite& request) {
    return call_at<Response>(turn_.fetch_add(1, std::memory_order_relaxed), method, request);
  }
  /// Calls about the same (a hash) ask the same peer first: what it keeps of it in memory serves them all.
  template <class Response>
  Task<Result<Response>> call_about(std::size_t what, const Method& method,
                                    const google::protobuf::MessageLite& request) {
    return call_at<Response>(what, method, request);
  }

  /// For what nobody waits for: tried once, with one peer. Lost where that fails.
  void tell(const Method& method, std::unique_ptr<google::protobuf::MessageLite> request);

 private:
  using ConnectionPtr = std::shared_ptr<Connection>;
  struct Round;

  template <class Response>
  Task<Result<Response>> call_at(std::size_t first, const Method& method,
                                 const google::protobuf::MessageLite& request) {
    Response response;
    CO_CHECK(co_await exchange(first, method, request, response));
    co_return std::move(response);
  }
  Task<Result<void>> exchange(std::size_t first, const Method& method, const google::protobuf::MessageLite& request,
                              google::protobuf::MessageLite& response);
  Task<Result<void>> go_round(std::size_t first, const Method& method, const google::protobuf::MessageLite& request,
                              google::protobuf::MessageLite& response);

  Connections& connections_;
  const Peers& peers_;
  const RoleName role_;
  std::atomic<std::size_t> turn_{0};
};

}  // namespace godwit::rpc
