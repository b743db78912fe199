#pragma once
#include <google/protobuf/repeated_ptr_field.h>

#include <vector>

#include "base/error.hpp"
#include "domain/message.hpp"
#include "domain/people.hpp"
#include "godwit/domain/v1/domain.pb.h"
#include "service/changes.hpp"

/// Values of the domain to the wire and back. Reading answers `malformed_request` naming what is not valid: nothing
/// that another process sends is believed to be well made.
namespace godwit::rpc {

namespace wire = godwit::domain::v1;

[[nodiscard]] std::unexpected<Error> not_valid(std::string_view what);
/// The same of an answer: nobody's request was wrong, so `internal`.
template <class T>
[[nodiscard]] Result<T> answered(Result<T> read) {
  if (read || read.error().code != Code::malformed_request) return read;
  return fail(Code::internal, "another process's answer is " + read.error().detail);
}

void write(const Message& from, wire::Message& to);
void write(const Identity& from, wire::Identity& to);
void write(const Card& from, wire::Card& to);
void write(const changes::Position& from, wire::ChangePosition& to);
void write(const std::vector<UserKey>& from, google::protobuf::RepeatedPtrField<std::string>& to);
void write(const std::vector<MessagePtr>& from, google::protobuf::RepeatedPtrField<wire::Message>& to);

[[nodiscard]] Result<Message> read(const wire::Message& from);
[[nodiscard]] Result<MessagePtr> read_shared(const wire::Message& from);
[[nodiscard]] Result<Identity> read(const wire::Identity& from);
[[nodiscard]] Card read(const wire::Card& from);
[[nodiscard]] changes::Position read(const wire::ChangePosition& from);
[[nodiscard]] Result<std::vector<UserKey>> read(const google::protobuf::RepeatedPtrField<std::string>& from);
[[nodiscard]] Result<std::vector<MessagePtr>> read(const google::protobuf::RepeatedPtrField<wire::Message>& from);

[[nodiscard]] Result<Conversation> read_conversation(const std::string& name);
/// A key or id that names something: not empty.
template <class Name>
[[nodiscard]] Result<Name> read_name(const std::string& text, std::string_view what) {
  if (text.empty()) return not_valid(what);
  return Name(text);
}
[[nodiscard]] std::uint32_t write_limit(std::size_t limit) noexcept;

}  // namespace godwit::rpc
