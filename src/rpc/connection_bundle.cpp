#include <algorithm>

#include "godwit/rpc/v1/rpc.pb.h"
#include "rpc/connection.hpp"
#include "rpc/error_values.hpp"
#include "rpc/handshake.hpp"

namespace godwit::rpc {

using google::protobuf::MessageLite;
using std::chrono::steady_clock;

Task<Attempt> Connection::call_bundled(const Method& method, const MessageLite& request, MessageLite& response,
                                       steady_clock::time_point until) {
  using End = Attempt::End;
  auto unpacked = co_await bundles_.ask({.path = method.path, .request = request.SerializeAsString(), .until = until});
  if (!unpacked) co_return failed(End::refused, unavailable("too many calls are under way"));
  if (unpacked->alone) co_return co_await call(method, request, response, until);
  const bool well = unpacked->attempt.end == End::answered && unpacked->attempt.result;
  if (well && !response.ParseFromString(unpacked->response)) co_return failed(End::answered, {.code = Code::internal});
  co_return std::move(unpacked->attempt);
}

/// Those whose time ran out while they waited are left out. The call has the time of who has most of it: all have begun
/// at about the same time, and none of them waits long at the peer.
Task<std::vector<Unpacked>> Connection::carry(std::vector<Parcel> parcels) {
  using End = Attempt::End;
  const auto now = steady_clock::now();
  v1::Bundle bundle;
  auto until = now;
  for (auto& parcel : parcels) {
    if (parcel.until <= now) continue;
    until = std::max(until, parcel.until);
    auto& call = *bundle.add_calls();
    call.set_method(std::string(parcel.path));
    call.set_request(std::move(parcel.request));
  }
  v1::BundleReply reply;
  Attempt attempt;
  if (bundle.calls_size() > 0) {
    const Method method{.path = kCarryPath, .deadline = {}, .repeatable = true};
    attempt = co_await call(method, bundle, reply, until);
    if (attempt.end == End::answered && attempt.result && reply.answers_size() != bundle.calls_size())
      attempt = failed(End::answered, {.code = Code::internal});
  }
  std::vector<Unpacked> all;
  int place = 0;
  for (const auto& parcel : parcels) {
    auto& one = all.emplace_back(Unpacked{.attempt = attempt});
    if (parcel.until <= now) {
      one.attempt = failed(End::late, unavailable("it took too long"));
    } else if (attempt.end == End::answered && attempt.result) {
      auto& answer = *reply.mutable_answers(place++);
      if (answer.has_response()) {
        one.response = std::move(*answer.mutable_response());
      } else if (answer.has_error()) {
        one.attempt.result = std::unexpected(read(answer.error()).value_or(Error{.code = Code::internal}));
      } else {
        one.alone = true;
      }
    }
  }
  co_return all;
}

}  // namespace godwit::rpc
