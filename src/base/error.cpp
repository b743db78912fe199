#include "base/error.hpp"

namespace godwit {
namespace {
constexpr CodeInfo table(Code code) noexcept {
  switch (code) {
    case Code::malformed_request: return {"malformed_request", 400, "The request is not well-formed HTTP.", false};
    case Code::malformed_json: return {"malformed_json", 400, "The body is not valid JSON.", false};
    case Code::bad_cursor: return {"bad_cursor", 400, "The cursor is not one that this list gave out.", false};
    case Code::bad_parameter: return {"bad_parameter", 400, "A query parameter is not valid.", false};
    case Code::unauthenticated: return {"unauthenticated", 401, "A valid token is needed.", false};
    case Code::bad_credentials: return {"bad_credentials", 401, "The key or the password is wrong.", false};
    case Code::forbidden: return {"forbidden", 403, "You may see this but not do that.", false};
    case Code::group_closed: return {"group_closed", 403, "The group takes no requests.", false};
    case Code::origin_not_allowed: return {"origin_not_allowed", 403, "This origin may not connect.", false};
    case Code::account_disabled: return {"account_disabled", 403, "The account is disabled.", false};
    case Code::not_friends: return {"not_friends", 403, "You are not friends.", false};
    case Code::not_member: return {"not_member", 403, "You are not a member of the group.", false};
    case Code::muted: return {"muted", 403, "You are muted in this group.", false};
    case Code::blocked: return {"blocked", 403, "One of you has blocked the other.", false};
    case Code::recall_too_late: return {"recall_too_late", 403, "The time for recalling this message is over.", false};
    case Code::wrong_password: return {"bad_credentials", 403, "The old password is wrong.", false};
    case Code::not_found: return {"not_found", 404, "There is no such thing here.", false};
    case Code::method_not_allowed: return {"method_not_allowed", 405, "This path has no such method.", false};
    case Code::request_timeout: return {"request_timeout", 408, "The request took too long to arrive.", true};
    case Code::key_taken: return {"key_taken", 409, "This key is taken.", false};
    case Code::already_friends: return {"already_friends", 409, "You are friends already.", false};
    case Code::already_answered: return {"already_answered", 409, "The request was answered before.", false};
    case Code::already_member: return {"already_member", 409, "Already a member of the group.", false};
    case Code::client_id_reused: return {"client_id_reused", 409, "This clientId was used for another message.", false};
    case Code::owner_must_transfer: return {"owner_must_transfer", 409, "The owner must hand the group over first.", false};
    case Code::body_too_large: return {"body_too_large", 413, "The body is too large.", false};
    case Code::unsupported_media_type: return {"unsupported_media_type", 415, "The body must be application/json.", false};
    case Code::invalid_fields: return {"invalid_fields", 422, "Some fields are not valid.", false};
    case Code::upgrade_required: return {"upgrade_required", 426, "This path wants a WebSocket upgrade.", false};
    case Code::rate_limited: return {"rate_limited", 429, "Too many requests.", true};
    case Code::too_many_connections: return {"too_many_connections", 429, "Too many connections.", true};
    case Code::headers_too_large: return {"headers_too_large", 431, "The header section is too large.", false};
    case Code::internal: return {"internal", 500, "Something went wrong here.", false};
    case Code::unavailable: return {"unavailable", 503, "The service cannot do that right now.", true};
  }
  return {"internal", 500, "Something went wrong here.", false};
}

constexpr auto kCount = static_cast<std::size_t>(Code::unavailable) + 1;
constexpr auto kTable = [] {
  struct { CodeInfo rows[kCount]; } all{};
  for (std::size_t i = 0; i < kCount; ++i) all.rows[i] = table(static_cast<Code>(i));
  return all;
}();
}  // namespace

const CodeInfo& info(Code code) noexcept { return kTable.rows[static_cast<std::size_t>(code)]; }

}  // namespace godwit
