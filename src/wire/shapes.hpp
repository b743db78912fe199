#pragma once
#include "domain/message.hpp"
#include "domain/people.hpp"
#include "wire/json.hpp"

namespace godwit::wire {

/// The objects of protocol.md, "Shapes and rules": one writer each.
void write(JsonWriter& json, const User& user);
/// A profile as its owner sees it: `admin` where they are one.
struct OwnProfile {
  const User& user;
};
void write(JsonWriter& json, const OwnProfile& own);
void write(JsonWriter& json, const Card& card);
void write(JsonWriter& json, const Session& session, bool current);
void write(JsonWriter& json, const Friend& friendship, bool online);
void write(JsonWriter& json, const FriendRequest& request);
/// `mine`: the caller's membership, nullptr where there is none (`role: null`).
void write(JsonWriter& json, const Group& group, const Member* mine);
void write(JsonWriter& json, const Member& member, const Card& card);
void write(JsonWriter& json, const GroupRequest& request);

[[nodiscard]] std::string_view name_of(RequestState state) noexcept;
[[nodiscard]] std::string_view name_of(Role role) noexcept;
[[nodiscard]] std::string_view name_of(JoinPolicy policy) noexcept;
[[nodiscard]] std::optional<Role> parse_role(std::string_view name) noexcept;
[[nodiscard]] std::optional<JoinPolicy> parse_policy(std::string_view name) noexcept;

}  // namespace godwit::wire
