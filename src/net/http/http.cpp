#include "net/http/http.hpp"

#include "net/http/text.hpp"

namespace godwit::net {

std::string_view Request::header(std::string_view name) const noexcept {
  for (const auto& candidate : headers) {
    if (candidate.name == name) return candidate.value;
  }
  return {};
}

bool percent_decode(std::string_view text, bool query, std::string& out) {
  out.clear();
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      const int high = i + 1 < text.size() ? hex_value(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
      if (high < 0 || low < 0) return false;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    } else if (query && c == '+') {
      c = ' ';
    }
    if (c == '\0') return false;
    out.push_back(c);
  }
  return true;
}

std::string_view bearer_token(const Request& request) noexcept {
  constexpr std::string_view kScheme = "bearer ";
  auto value = request.header("authorization");
  if (!equal_ignoring_case(value.substr(0, kScheme.size()), kScheme)) return {};
  value.remove_prefix(kScheme.size());
  return trimmed(value);  // 1*SP stands between the two (RFC 9110 §11.4)
}

QueryValue query_value(std::string_view query, std::string_view name) {
  std::string decoded;
  while (!query.empty()) {
    const auto end = query.find('&');
    const auto pair = query.substr(0, end);
    query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
    const auto equals = pair.find('=');
    if (!percent_decode(pair.substr(0, equals), true, decoded) || decoded != name) continue;
    const auto value = equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1);
    if (!percent_decode(value, true, decoded)) return {.present = false, .bad = true, .value = {}};
    return {.present = true, .bad = false, .value = std::move(decoded)};
  }
  return {};
}

}  // namespace godwit::net
