#pragma once
#include "godwit/offline/v1/offline.pb.h"
#include "rpc/domain_values.hpp"
#include "service/offline.hpp"

/// What the offline role is asked and answers, to the wire and back; see domain_values.hpp.
namespace godwit::rpc {

void write(const std::vector<offline::Acknowledged>& from, offline::v1::AcknowledgeRequest& to);
void write(const ReadRanges& from, offline::v1::RangesReply& to);
void write(const offline::OpenReaders& from, offline::v1::ReadersReply& to);

[[nodiscard]] Result<std::vector<offline::Acknowledged>> read(const offline::v1::AcknowledgeRequest& from);
[[nodiscard]] Result<ReadRanges> read(const offline::v1::RangesReply& from);
[[nodiscard]] Result<offline::OpenReaders> read(const offline::v1::ReadersReply& from);

}  // namespace godwit::rpc
