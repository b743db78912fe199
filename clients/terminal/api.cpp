#include "clients/terminal/api.hpp"

#include <charconv>

namespace godwit::chat {

std::string Api::escape(std::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '.' || c == '_' || c == '~';
    if (plain) {
      out += c;
    } else {
      out += '%';
      out += kHex[byte >> 4U];
      out += kHex[byte & 15U];
    }
  }
  return out;
}

Answer<std::string> Api::call(std::string_view method, std::string_view target, std::string_view body) {
  std::vector<net::Header> headers;
  if (!token_.empty()) headers.push_back({"authorization", "Bearer " + token_});
  if (!body.empty()) headers.push_back({"content-type", "application/json"});
  auto response = http_.call(method, target, body, std::move(headers));
  if (!response) {
    return std::unexpected(
        Failure{.status = 0, .code = "unreachable", .detail = response.error().detail, .retryable = true});
  }
  if (response->status >= 200 && response->status < 300) return std::move(response->body);
  Failure failure = parse_problem(response->body);
  failure.status = response->status;
  if (failure.code.empty()) failure.retryable = failure.status >= 502 && failure.status <= 504;
  const auto wait = response->header("retry-after");
  Millis seconds = 0;
  std::from_chars(wait.data(), wait.data() + wait.size(), seconds);
  failure.retry_after = seconds * 1000;
  return std::unexpected(std::move(failure));
}

}  // namespace godwit::chat
