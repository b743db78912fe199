#pragma once
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace godwit::wire {

/// Opaque cursors: base64url over `list`, the fields, and a checksum. Fields may hold any bytes.
[[nodiscard]] std::string make_cursor(std::string_view list, std::initializer_list<std::string_view> fields);
/// The fields again; bad_cursor where it is not one of this list's with that many fields.
[[nodiscard]] Result<std::vector<std::string>> read_cursor(std::string_view list, std::string_view cursor,
                                                           std::size_t fields);

/// `?limit=&cursor=` of a list. limit: 1–`most`, cut to it; not a number: bad_parameter.
struct PageQuery {
  std::size_t limit = 50;
  std::string cursor;  ///< empty: from the start
};
[[nodiscard]] Result<PageQuery> page_query(std::string_view query, std::size_t most = 200);

/// `query`: what stands after '?', still encoded. An optional whole number ≥ 0 in the query; bad_parameter otherwise.
[[nodiscard]] Result<std::optional<std::int64_t>> number_query(std::string_view query, std::string_view name);
/// An optional text in the query; bad_parameter on bad escapes or bytes that are not UTF-8.
[[nodiscard]] Result<std::optional<std::string>> text_query(std::string_view query, std::string_view name);

}  // namespace godwit::wire
