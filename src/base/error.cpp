#include "base/error.hpp"

#include <array>
#include <utility>

namespace godwit {
namespace {

constexpr std::pair<Code, CodeInfo> kRows[] = {
    {Code::malformed_request, {"malformed_request", 400, "The request is not well-formed HTTP.", false}},
    {Code::malformed_json, {"malformed_json", 400, "The body is not valid JSON.", false}},
    {Code::bad_cursor, {"bad_cursor", 400, "The cursor is not one that this list gave out.", false}},
    {Code::bad_parameter, {"bad_parameter", 400, "A query parameter is not valid.", false}},
    {Code::unauthenticated, {"unauthenticated", 401, "A valid token is needed.", false}},
    {Code::bad_credentials, {"bad_credentials", 401, "The key or the password is wrong.", false}},
    {Code::forbidden, {"forbidden", 403, "You may see this but not do that.", false}},
    {Code::group_closed, {"group_closed", 403, "The group takes no requests.", false}},
    {Code::origin_not_allowed, {"origin_not_allowed", 403, "This origin may not connect.", false}},
    {Code::registration_closed, {"registration_closed", 403, "This server takes no new accounts.", false}},
    {Code::account_disabled, {"account_disabled", 403, "The account is disabled.", false}},
    {Code::not_friends, {"not_friends", 403, "You are not friends.", false}},
    {Code::group_invites_refused,
     {"group_invites_refused", 403, "This person does not want to be taken into groups.", false}},
    {Code::not_member, {"not_member", 403, "You are not a member of the group.", false}},
    {Code::muted, {"muted", 403, "You are muted in this group.", false}},
    {Code::blocked, {"blocked", 403, "One of you has blocked the other.", false}},
    {Code::recall_too_late, {"recall_too_late", 403, "The time for recalling this message is over.", false}},
    {Code::wrong_password, {"bad_credentials", 403, "The old password is wrong.", false}},
    {Code::not_found, {"not_found", 404, "There is no such thing here.", false}},
    {Code::method_not_allowed, {"method_not_allowed", 405, "This path has no such method.", false}},
    {Code::request_timeout, {"request_timeout", 408, "The request took too long to arrive.", true}},
    {Code::key_taken, {"key_taken", 409, "This key is taken.", false}},
    {Code::already_friends, {"already_friends", 409, "You are friends already.", false}},
    {Code::already_answered, {"already_answered", 409, "The request was answered before.", false}},
    {Code::already_member, {"already_member", 409, "Already a member of the group.", false}},
    {Code::client_id_reused, {"client_id_reused", 409, "This clientId was used for another message.", false}},
    {Code::owner_must_transfer, {"owner_must_transfer", 409, "The owner must hand the group over first.", false}},
    {Code::group_limit, {"group_limit", 409, "You own as many groups as you may.", false}},
    {Code::membership_limit, {"membership_limit", 409, "A member of as many groups as one may be.", false}},
    {Code::member_limit, {"member_limit", 409, "The group is full.", false}},
    {Code::friend_limit, {"friend_limit", 409, "As many friends as one may have.", false}},
    {Code::request_limit, {"request_limit", 409, "Too many unanswered requests.", false}},
    {Code::body_too_large, {"body_too_large", 413, "The body is too large.", false}},
    {Code::unsupported_media_type, {"unsupported_media_type", 415, "The body must be application/json.", false}},
    {Code::unsupported_content_encoding, {"unsupported_content_encoding", 415, "A body must not be encoded.", false}},
    {Code::misdirected_request, {"misdirected_request", 421, "This listener is not known by that name.", false}},
    {Code::invalid_fields, {"invalid_fields", 422, "Some fields are not valid.", false}},
    {Code::upgrade_required, {"upgrade_required", 426, "This path wants a WebSocket upgrade.", false}},
    {Code::rate_limited, {"rate_limited", 429, "Too many requests.", true}},
    {Code::cooling_off, {"cooling_off", 429, "It is too early to ask again.", true}},
    {Code::too_many_connections, {"too_many_connections", 429, "Too many connections.", true}},
    {Code::headers_too_large, {"headers_too_large", 431, "The header section is too large.", false}},
    {Code::internal, {"internal", 500, "Something went wrong here.", false}},
    {Code::http_version_not_supported, {"http_version_not_supported", 505, "This server speaks HTTP/1.1.", false}},
    {Code::unavailable, {"unavailable", 503, "The service cannot do that right now.", true}},
};

constexpr auto kCount = static_cast<std::size_t>(Code::unavailable) + 1;
static_assert(std::size(kRows) == kCount, "every code has one row");

/// The rows by code.
constexpr auto kTable = [] {
  std::array<CodeInfo, kCount> table{};
  for (const auto& [code, row] : kRows) table[static_cast<std::size_t>(code)] = row;
  return table;
}();

}  // namespace

const CodeInfo& info(Code code) noexcept { return kTable[static_cast<std::size_t>(code)]; }

}  // namespace godwit
