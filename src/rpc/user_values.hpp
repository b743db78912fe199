#pragma once
#include "godwit/user/v1/user.pb.h"
#include "rpc/domain_values.hpp"
#include "service/user.hpp"

/// What the user role is asked and answers, to the wire and back; see domain_values.hpp.
namespace godwit::rpc {

void write(const user::Proven& from, user::v1::Proven& to);
void write(const user::ServiceIdentity& from, user::v1::ServiceIdentity& to);
void write(const DirectRelation& from, user::v1::RelationReply& to);
void write(const Roster& from, user::v1::Roster& to);
void write(const std::vector<Card>& from, user::v1::CardsReply& to);

[[nodiscard]] Result<user::Proven> read(const user::v1::Proven& from);
[[nodiscard]] Result<user::ServiceIdentity> read(const user::v1::ServiceIdentity& from);
[[nodiscard]] DirectRelation read(const user::v1::RelationReply& from);
[[nodiscard]] Result<std::shared_ptr<const Roster>> read(const user::v1::Roster& from);
/// As many as were asked for.
[[nodiscard]] Result<std::vector<Card>> read(const user::v1::CardsReply& from, std::size_t asked);

}  // namespace godwit::rpc
