#pragma once
#include <grpcpp/support/string_ref.h>

#include <map>
#include <utility>

#include "godwit/batch/v1/batch.pb.h"
#include "net/grpc/channel.hpp"

// Inside: names and values that go with a call, from and to what gRPC and what a batch has of them.
namespace godwit::net {

using BatchFields = google::protobuf::RepeatedPtrField<batch::v1::Field>;

[[nodiscard]] inline GrpcMetadata metadata_of(const std::multimap<::grpc::string_ref, ::grpc::string_ref>& fields) {
  GrpcMetadata metadata;
  metadata.reserve(fields.size());
  for (const auto& [name, value] : fields)
    metadata.emplace_back(std::string(name.data(), name.size()), std::string(value.data(), value.size()));
  return metadata;
}

[[nodiscard]] inline GrpcMetadata taken_from(BatchFields& fields) {
  GrpcMetadata metadata;
  metadata.reserve(static_cast<std::size_t>(fields.size()));
  for (auto& field : fields) metadata.emplace_back(std::move(*field.mutable_name()), std::move(*field.mutable_value()));
  return metadata;
}

inline void add(GrpcMetadata metadata, BatchFields& to) {
  for (auto& [name, value] : metadata) {
    auto& field = *to.Add();
    field.set_name(std::move(name));
    field.set_value(std::move(value));
  }
}

}  // namespace godwit::net
