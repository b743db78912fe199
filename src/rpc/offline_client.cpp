#include "rpc/offline_client.hpp"

#include "rpc/offline_values.hpp"

namespace godwit::rpc {

using namespace offline::v1;

namespace {

DeviceRequest device_request(const UserKey& user, const DeviceId& device) {
  DeviceRequest request;
  request.set_user(user.str());
  request.set_device(device.str());
  return request;
}

}  // namespace

Task<Result<void>> OfflineClient::adopt_device(const UserKey& user, const DeviceId& device) {
  const auto request = device_request(user, device);
  CO_CHECK(co_await caller_.call<AdoptDeviceReply>(inboxes::kAdoptDevice, request));
  co_return Result<void>();
}

Task<Result<bool>> OfflineClient::knows_device(const UserKey& user, const DeviceId& device) {
  const auto request = device_request(user, device);
  CO_TRY(const auto reply, co_await caller_.call<KnowsDeviceReply>(inboxes::kKnowsDevice, request));
  co_return reply.known();
}

Task<Result<void>> OfflineClient::acknowledge(std::vector<offline::Acknowledged> devices) {
  AcknowledgeRequest request;
  write(devices, request);
  CO_CHECK(co_await caller_.call<AcknowledgeReply>(inboxes::kAcknowledge, request));
  co_return Result<void>();
}

Task<Result<ReadRanges>> OfflineClient::ranges(const UserKey& user, const Conversation& conversation) {
  RangesRequest request;
  request.set_user(user.str());
  request.set_conversation(conversation.name());
  CO_TRY(const auto reply, co_await caller_.call<RangesReply>(inboxes::kRanges, request));
  co_return answered(read(reply));
}

Task<Result<offline::OpenReaders>> OfflineClient::readers(const Conversation& conversation) {
  ReadersRequest request;
  request.set_conversation(conversation.name());
  CO_TRY(const auto reply, co_await caller_.call<ReadersReply>(inboxes::kReaders, request));
  co_return answered(read(reply));
}

Task<Result<std::vector<MessagePtr>>> OfflineClient::tail(const Conversation& conversation, Seq after, Seq before,
                                                          std::size_t limit, bool newest) {
  TailRequest request;
  request.set_conversation(conversation.name());
  request.set_after(after);
  request.set_before(before);
  request.set_limit(write_limit(limit));
  request.set_newest(newest);
  CO_TRY(const auto reply, co_await caller_.call<TailReply>(inboxes::kTail, request));
  co_return answered(read(reply.messages()));
}

}  // namespace godwit::rpc
