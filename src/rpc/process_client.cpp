#include "rpc/process_client.hpp"

#include "rpc/process_values.hpp"

namespace godwit::rpc {

Task<Result<processes::Account>> ProcessPhone::ask(std::string address, processes::Question question) {
  process::v1::TellRequest request;
  write(question, request);
  const StaticPeers peers({{RoleName::user, {std::move(address)}}});  // a list of one, under any name
  Caller caller(connections_, peers, RoleName::user);
  CO_TRY(const auto reply, co_await caller.call<process::v1::TellReply>(reports::kTell, request));
  co_return answered(read(reply));
}

Task<Result<void>> reach(Caller& caller) {
  const auto reply = co_await caller.call<process::v1::TellReply>(reports::kTell, process::v1::TellRequest());
  // Any other word is an answer: one from before this call was there does not know it.
  if (!reply && reply.error().code == Code::unavailable) co_return std::unexpected(reply.error());
  co_return Result<void>();
}

}  // namespace godwit::rpc
