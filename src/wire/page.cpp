#include "wire/page.hpp"

#include <sodium.h>

#include <algorithm>
#include <charconv>

#include "base/utf8.hpp"
#include "net/http/http.hpp"

namespace godwit::wire {
namespace {

constexpr std::size_t kCheck = 4;
constexpr std::size_t kMostCursor = 2048;  ///< characters; longer ones were never given out

/// A short keyless digest: tells a cursor of ours from garbage; it guards nothing.
std::string check_of(std::string_view payload) {
  unsigned char digest[16];
  crypto_generichash_blake2b(digest, sizeof digest, reinterpret_cast<const unsigned char*>(payload.data()),
                             payload.size(), nullptr, 0);
  return {reinterpret_cast<const char*>(digest), kCheck};
}

}  // namespace

std::string make_cursor(std::string_view list, std::initializer_list<std::string_view> fields) {
  std::string payload(list);
  for (const auto field : fields) {
    payload += '\0';
    payload += std::to_string(field.size());
    payload += ':';
    payload += field;
  }
  payload += check_of(payload);
  std::string out(sodium_base64_encoded_len(payload.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
  sodium_bin2base64(out.data(), out.size(), reinterpret_cast<const unsigned char*>(payload.data()), payload.size(),
                    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  out.pop_back();  // the terminator that libsodium writes
  return out;
}

Result<std::vector<std::string>> read_cursor(std::string_view list, std::string_view cursor, std::size_t fields) {
  std::string payload(cursor.size(), '\0');
  std::size_t size = 0;
  if (cursor.size() > kMostCursor ||
      sodium_base642bin(reinterpret_cast<unsigned char*>(payload.data()), payload.size(), cursor.data(), cursor.size(),
                        nullptr, &size, nullptr, sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
      size < kCheck) {
    return fail(Code::bad_cursor);
  }
  payload.resize(size);
  std::string_view rest = std::string_view(payload).substr(0, size - kCheck);
  if (check_of(rest) != std::string_view(payload).substr(size - kCheck) || !rest.starts_with(list))
    return fail(Code::bad_cursor);
  rest.remove_prefix(list.size());
  std::vector<std::string> out;
  while (!rest.empty()) {
    std::size_t length = 0;
    const auto parsed = std::from_chars(rest.data() + 1, rest.data() + rest.size(), length);
    const auto head = static_cast<std::size_t>(parsed.ptr - rest.data()) + 1;
    if (rest.front() != '\0' || parsed.ec != std::errc{} || head > rest.size() || length > rest.size() - head)
      return fail(Code::bad_cursor);
    out.emplace_back(rest.substr(head, length));
    rest.remove_prefix(head + length);
  }
  if (out.size() != fields) return fail(Code::bad_cursor);
  return out;
}

Result<std::optional<std::string>> text_query(std::string_view query, std::string_view name) {
  auto value = net::query_value(query, name);
  if (value.bad || !is_utf8(value.value)) return fail(Code::bad_parameter, std::string(name) + " is not well-formed");
  if (!value.present) return std::optional<std::string>{};
  return std::optional(std::move(value.value));
}

Result<std::optional<std::int64_t>> number_query(std::string_view query, std::string_view name) {
  TRY(const auto text, text_query(query, name));
  if (!text || text->empty()) return std::optional<std::int64_t>{};
  std::int64_t number = 0;
  const auto end = text->data() + text->size();
  const auto parsed = std::from_chars(text->data(), end, number);
  if (parsed.ptr != end || parsed.ec != std::errc{} || number < 0) {
    return fail(Code::bad_parameter, std::string(name) + " must be a whole number, 0 or more");
  }
  return std::optional(number);
}

Result<PageQuery> page_query(std::string_view query, std::size_t most) {
  PageQuery page;
  TRY(const auto limit, text_query(query, "limit"));
  if (limit && !limit->empty()) {
    std::int64_t number = 0;
    const auto end = limit->data() + limit->size();
    const auto parsed = std::from_chars(limit->data(), end, number);
    if (parsed.ptr != end || parsed.ec == std::errc::invalid_argument)
      return fail(Code::bad_parameter, "limit must be a whole number");
    const bool huge = parsed.ec == std::errc::result_out_of_range;
    if (huge) number = limit->front() == '-' ? 1 : static_cast<std::int64_t>(most);
    page.limit = static_cast<std::size_t>(std::clamp<std::int64_t>(number, 1, static_cast<std::int64_t>(most)));
  }
  auto cursor = text_query(query, "cursor");
  if (!cursor) return fail(Code::bad_cursor);
  page.cursor = std::move(*cursor).value_or("");
  return page;
}

}  // namespace godwit::wire
