#include "rpc/offline_values.hpp"
#include "rpc/serve.hpp"

namespace godwit::rpc {
namespace {

using namespace offline::v1;

Task<Result<AdoptDeviceReply>> adopt_device(offline::Service& offline, const DeviceRequest& request) {
  CO_TRY(const auto user, read_name<UserKey>(request.user(), "user"));
  CO_TRY(const auto device, read_name<DeviceId>(request.device(), "device"));
  CO_CHECK(co_await offline.adopt_device(user, device));
  co_return AdoptDeviceReply();
}

Task<Result<KnowsDeviceReply>> knows_device(offline::Service& offline, const DeviceRequest& request) {
  CO_TRY(const auto user, read_name<UserKey>(request.user(), "user"));
  CO_TRY(const auto device, read_name<DeviceId>(request.device(), "device"));
  CO_TRY(const bool known, co_await offline.knows_device(user, device));
  KnowsDeviceReply reply;
  reply.set_known(known);
  co_return reply;
}

Task<Result<AcknowledgeReply>> acknowledge(offline::Service& offline, const AcknowledgeRequest& request) {
  CO_TRY(auto devices, read(request));
  CO_CHECK(co_await offline.acknowledge(std::move(devices)));
  co_return AcknowledgeReply();
}

Task<Result<RangesReply>> ranges(offline::Service& offline, const RangesRequest& request) {
  CO_TRY(const auto conversation, read_conversation(request.conversation()));
  CO_TRY(const auto user, read_name<UserKey>(request.user(), "user"));
  CO_TRY(const auto ranges, co_await offline.ranges(user, conversation));
  RangesReply reply;
  write(ranges, reply);
  co_return reply;
}

Task<Result<ReadersReply>> readers(offline::Service& offline, const ReadersRequest& request) {
  CO_TRY(const auto conversation, read_conversation(request.conversation()));
  CO_TRY(const auto readers, co_await offline.readers(conversation));
  ReadersReply reply;
  write(readers, reply);
  co_return reply;
}

Task<Result<TailReply>> tail(offline::Service& offline, const TailRequest& request) {
  CO_TRY(const auto conversation, read_conversation(request.conversation()));
  CO_TRY(const auto messages,
         co_await offline.tail(conversation, request.after(), request.before(), request.limit(), request.newest()));
  TailReply reply;
  write(messages, *reply.mutable_messages());
  co_return reply;
}

}  // namespace

void serve_offline(Services& services, offline::Service& offline) {
  services.add(inboxes::kAdoptDevice, offline, &adopt_device);
  services.add(inboxes::kKnowsDevice, offline, &knows_device);
  services.add(inboxes::kAcknowledge, offline, &acknowledge);
  services.add(inboxes::kRanges, offline, &ranges);
  services.add(inboxes::kReaders, offline, &readers);
  services.add(inboxes::kTail, offline, &tail);
}

}  // namespace godwit::rpc
