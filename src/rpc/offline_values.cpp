#include "rpc/offline_values.hpp"

namespace godwit::rpc {

void write(const std::vector<offline::Acknowledged>& from, offline::v1::AcknowledgeRequest& to) {
  for (const auto& device : from) {
    auto& one = *to.add_devices();
    one.set_user(device.user.str());
    one.set_device(device.device.str());
    for (const auto& [conversation, seq] : device.positions) {
      auto& position = *one.add_positions();
      position.set_conversation(conversation.name());
      position.set_seq(seq);
    }
  }
}

Result<std::vector<offline::Acknowledged>> read(const offline::v1::AcknowledgeRequest& from) {
  std::vector<offline::Acknowledged> out;
  out.reserve(static_cast<std::size_t>(from.devices_size()));
  for (const auto& device : from.devices()) {
    TRY(auto user, read_name<UserKey>(device.user(), "devices.user"));
    TRY(auto id, read_name<DeviceId>(device.device(), "devices.device"));
    auto& one = out.emplace_back(std::move(user), std::move(id));
    one.positions.reserve(static_cast<std::size_t>(device.positions_size()));
    for (const auto& position : device.positions()) {
      TRY(auto conversation, read_conversation(position.conversation()));
      one.positions.emplace_back(std::move(conversation), position.seq());
    }
  }
  return out;
}

void write(const ReadRanges& from, offline::v1::RangesReply& to) {
  for (const auto& range : from.spans()) {
    auto& one = *to.add_ranges();
    one.set_from(range.from);
    one.set_to(range.to);
  }
}

Result<ReadRanges> read(const offline::v1::RangesReply& from) {
  std::vector<ReadRange> ranges;
  ranges.reserve(static_cast<std::size_t>(from.ranges_size()));
  for (const auto& range : from.ranges()) {
    const bool after_open = !ranges.empty() && (ranges.back().to == 0 || range.from() <= ranges.back().to);
    if (after_open || (range.to() != 0 && range.to() < range.from())) return not_valid("ranges");
    ranges.push_back({.from = range.from(), .to = range.to()});
  }
  return ReadRanges(std::move(ranges));
}

void write(const offline::OpenReaders& from, offline::v1::ReadersReply& to) {
  write(from.users, *to.mutable_users());
  to.set_seq(from.seq);
}

Result<offline::OpenReaders> read(const offline::v1::ReadersReply& from) {
  TRY(auto users, read(from.users()));
  return offline::OpenReaders{.users = std::move(users), .seq = from.seq()};
}

}  // namespace godwit::rpc
