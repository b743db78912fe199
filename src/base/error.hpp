#pragma once
#include <cstdint>
#include <expected>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace godwit {

/// Every way a call can fail, as clients see it (docs/errors.md has a section for each).
/// Closed on purpose: an engine's own errors are translated into one of these at its border.
enum class Code : std::uint8_t {
  malformed_request,
  malformed_json,
  bad_cursor,
  bad_parameter,
  unauthenticated,
  bad_credentials,
  forbidden,
  group_closed,
  origin_not_allowed,
  registration_closed,
  account_disabled,
  not_friends,
  group_invites_refused,
  not_member,
  muted,
  blocked,
  recall_too_late,
  wrong_password,
  not_found,
  method_not_allowed,
  request_timeout,
  key_taken,
  already_friends,
  already_answered,
  already_member,
  client_id_reused,
  owner_must_transfer,
  group_limit,
  membership_limit,
  member_limit,
  friend_limit,
  request_limit,
  body_too_large,
  unsupported_media_type,
  unsupported_content_encoding,
  misdirected_request,
  invalid_fields,
  upgrade_required,
  rate_limited,
  cooling_off,
  too_many_connections,
  headers_too_large,
  internal,
  http_version_not_supported,
  unavailable,
};

/// What the outside is told about a Code. `name` is stable; two codes may share one (a wrong old password
/// is `bad_credentials` with another status).
struct CodeInfo {
  std::string_view name;   ///< snake_case, part of the protocol
  std::uint16_t status;    ///< HTTP status
  std::string_view title;  ///< one short English sentence
  bool retryable;          ///< the same request may succeed later
};

[[nodiscard]] const CodeInfo& info(Code code) noexcept;

/// A failure as a value. `detail` may be shown to the client: no secrets, no message texts.
struct Error {
  Code code = Code::internal;
  std::string detail{};
  std::map<std::string, std::string> fields{};  ///< field name → reason; for invalid_fields only
  std::uint32_t retry_after_s = 0;              ///< for rate_limited and unavailable; 0 = unsaid
  std::uint32_t limit = 0;                      ///< for rate_limited: how many calls its window takes
};

template <class T>
using Result = std::expected<T, Error>;

[[nodiscard]] inline std::unexpected<Error> fail(Code code, std::string detail = {}) {
  return std::unexpected(Error{.code = code, .detail = std::move(detail)});
}

/// 422 about one field.
[[nodiscard]] inline std::unexpected<Error> invalid_field(std::string field, std::string reason) {
  Error error{.code = Code::invalid_fields};
  error.fields.emplace(std::move(field), std::move(reason));
  return std::unexpected(std::move(error));
}

}  // namespace godwit

#define GODWIT_CONCAT_(a, b) a##b
#define GODWIT_CONCAT(a, b) GODWIT_CONCAT_(a, b)

/// The one macro of the project: evaluates `expr` (a Result; may contain co_await), returns its error from the
/// enclosing coroutine, or binds its value: `CO_TRY(auto user, co_await users.find(key));`
#define CO_TRY(declaration, expr) CO_TRY_(GODWIT_CONCAT(result_, __LINE__), declaration, expr)
#define CO_TRY_(tmp, declaration, expr)                        \
  auto tmp = (expr);                                           \
  if (!tmp) co_return std::unexpected(std::move(tmp).error()); \
  declaration = std::move(*tmp)

/// The same for a Result<void>.
#define CO_CHECK(expr) \
  if (auto checked = (expr); !checked) co_return std::unexpected(std::move(checked).error())

/// The same two for plain functions.
#define TRY(declaration, expr) TRY_(GODWIT_CONCAT(result_, __LINE__), declaration, expr)
#define TRY_(tmp, declaration, expr)                        \
  auto tmp = (expr);                                        \
  if (!tmp) return std::unexpected(std::move(tmp).error()); \
  declaration = std::move(*tmp)
#define CHECK_OK(expr) \
  if (auto checked = (expr); !checked) return std::unexpected(std::move(checked).error())
