#include "net/http/head.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "net/http/text.hpp"

namespace godwit::net {
namespace {

constexpr bool is_host_char(char c) noexcept {
  return is_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z') ||
         std::string_view("-._~%!$&'()*+;=").contains(c);
}

constexpr bool is_address_char(char c) noexcept {
  return is_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'f') || c == ':' || c == '.';
}

/// uri-host [":" port] (RFC 9110 §7.2), not empty.
bool is_authority(std::string_view text) noexcept {
  std::size_t host_end = 0;
  if (text.starts_with('[')) {
    host_end = text.find(']');
    if (host_end == std::string_view::npos || host_end == 1) return false;
    if (!std::ranges::all_of(text.substr(1, host_end - 1), is_address_char)) return false;
    ++host_end;
  } else {
    host_end = std::min(text.find(':'), text.size());
    if (host_end == 0 || !std::ranges::all_of(text.substr(0, host_end), is_host_char)) return false;
  }
  const auto port = text.substr(host_end);
  return port.empty() || (port.size() <= 6 && port.front() == ':' && std::ranges::all_of(port.substr(1), is_digit));
}

/// The next line without its CRLF; false at a bare CR or LF.
bool take_line(std::string_view& rest, std::string_view& line) noexcept {
  const auto end = rest.find('\r');
  if (end == std::string_view::npos || rest.substr(end, 2) != "\r\n") return false;
  line = rest.substr(0, end);
  if (line.contains('\n')) return false;
  rest.remove_prefix(end + 2);
  return true;
}

/// "HTTP/" digit "." digit: a later 1.x is read as 1.1 (RFC 9110 §2.5). 0: it is none; -1: another major version.
int parse_version(std::string_view text) noexcept {
  if (text.size() != 8 || !text.starts_with("HTTP/") || !is_digit(text[5]) || text[6] != '.' || !is_digit(text[7]))
    return 0;
  if (text[5] != '1') return -1;
  return text[7] == '0' ? 10 : 11;
}

/// method SP target SP HTTP-version, with single spaces.
Result<void> parse_request_line(std::string_view line, Request& request) {
  const auto malformed = [] { return fail(Code::malformed_request, "the request line is malformed"); };
  const auto method_end = line.find(' ');
  if (method_end == std::string_view::npos || !is_token(line.substr(0, method_end))) return malformed();
  const auto target_end = line.find(' ', method_end + 1);
  if (target_end == std::string_view::npos) return malformed();
  const int version = parse_version(line.substr(target_end + 1));
  Target target;
  if (version == 0 || !parse_target(line.substr(method_end + 1, target_end - method_end - 1), target))
    return malformed();
  if (version < 0) return fail(Code::http_version_not_supported);
  request.version = version;
  request.method = line.substr(0, method_end);
  request.path = target.path;
  request.query = target.query;
  return {};
}

/// Collects the fields, and what they say of the framing.
class FieldReader {
 public:
  explicit FieldReader(Request& request) : request_(request) {
    facts_.version = request.version;
    facts_.keep_alive = request.version >= 11;
  }

  /// One field line. Nullptr, or what is wrong with it.
  const char* line(std::string_view line) {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return "a header line has no colon";
    const auto name = line.substr(0, colon);
    if (!is_token(name)) return "a header name is not a token";
    const auto value = trimmed(line.substr(colon + 1));
    if (!std::ranges::all_of(value, is_field_char)) return "a header value has a control character";
    Header& header = request_.headers.emplace_back(std::string(name), std::string(value));
    for (char& c : header.name) c = ascii_lower(c);
    return field(header.name, value);
  }

  /// Behind the last line.
  const char* end() const noexcept {
    if (!host_ && facts_.version >= 11) return "Host is missing";
    if (facts_.chunked && facts_.content_length) return "Content-Length and Transfer-Encoding exclude each other";
    if (facts_.chunked && facts_.version < 11) return "HTTP/1.0 has no transfer codings";
    return nullptr;
  }

  [[nodiscard]] const HeadFacts& facts() const noexcept { return facts_; }

 private:
  const char* field(std::string_view name, std::string_view value) {
    switch (name.size()) {
      case 4: return name == "host" ? host(value) : nullptr;
      case 6:
        if (name == "expect") facts_.expects_continue = equal_ignoring_case(value, "100-continue");
        return nullptr;
      case 10: return name == "connection" ? connection(value) : nullptr;
      case 14: return name == "content-length" ? content_length(value) : nullptr;
      case 17: return name == "transfer-encoding" ? transfer_encoding(value) : nullptr;
      default: return nullptr;
    }
  }

  const char* host(std::string_view value) {
    if (std::exchange(host_, true)) return "more than one Host";
    return is_authority(value) ? nullptr : "Host is malformed";
  }

  const char* content_length(std::string_view value) {
    if (facts_.content_length) return "more than one Content-Length";
    std::uint64_t length = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), length);
    if (error != std::errc{} || end != value.data() + value.size()) return "Content-Length is not a number";
    facts_.content_length = length;
    return nullptr;
  }

  const char* transfer_encoding(std::string_view value) {
    if (std::exchange(facts_.chunked, true)) return "more than one Transfer-Encoding";
    return equal_ignoring_case(value, "chunked") ? nullptr : "the only transfer coding taken is chunked";
  }

  const char* connection(std::string_view value) {
    bool good = true;
    for_each_list_item(value, [&](std::string_view item) {
      good = good && is_token(item);
      if (equal_ignoring_case(item, "close")) close_ = true;
      if (equal_ignoring_case(item, "keep-alive") && facts_.version < 11) facts_.keep_alive = true;
    });
    if (close_) facts_.keep_alive = false;
    return good ? nullptr : "Connection lists something that is not a token";
  }

  Request& request_;
  HeadFacts facts_;
  bool host_ = false;
  bool close_ = false;
};

}  // namespace

bool parse_target(std::string_view target, Target& out) noexcept {
  if (!std::ranges::all_of(target, [](char c) { return c > 0x20 && c < 0x7F && c != '#'; })) return false;
  if (target == "*") {
    out = {.path = target, .query = {}};
    return true;
  }
  bool absolute = false;
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!equal_ignoring_case(target.substr(0, scheme.size()), scheme)) continue;
    target.remove_prefix(scheme.size());
    const auto authority = target.substr(0, target.find_first_of("/?"));
    if (!is_authority(authority)) return false;
    target.remove_prefix(authority.size());
    absolute = true;
    break;
  }
  const auto mark = target.find('?');
  out.path = target.substr(0, mark);
  if (absolute && out.path.empty()) out.path = "/";
  if (!out.path.starts_with('/')) return false;
  out.query = mark == std::string_view::npos ? std::string_view{} : target.substr(mark + 1);
  return true;
}

Result<HeadFacts> parse_head(std::string_view head, Request& request) {
  std::string_view line;
  if (!take_line(head, line)) return fail(Code::malformed_request, "a line does not end with CRLF");
  CHECK_OK(parse_request_line(line, request));
  request.headers.clear();
  request.headers.reserve(12);
  FieldReader reader(request);
  while (true) {
    if (!take_line(head, line)) return fail(Code::malformed_request, "a line does not end with CRLF");
    if (line.empty()) break;
    if (request.headers.size() == kMaxHeaders) return fail(Code::headers_too_large, "more than 100 headers");
    if (line.front() == ' ' || line.front() == '\t') return fail(Code::malformed_request, "a header line is folded");
    if (const char* wrong = reader.line(line)) return fail(Code::malformed_request, wrong);
  }
  if (const char* wrong = reader.end()) return fail(Code::malformed_request, wrong);
  return reader.facts();
}

}  // namespace godwit::net
