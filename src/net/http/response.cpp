#include "net/http/response.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>

#include "net/http/text.hpp"

namespace godwit::net {
namespace {

void append_number(std::string& out, std::size_t number) {
  std::array<char, 24> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

void append_header(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ");
  const std::size_t start = out.size();
  out.append(value);
  std::replace_if(
      out.begin() + static_cast<std::ptrdiff_t>(start), out.end(),
      [](char c) { return c == '\r' || c == '\n' || c == '\0'; }, ' ');
  out.append("\r\n");
}

/// IMF-fixdate (RFC 9110 §5.6.7); written anew once a second and thread.
void append_date(std::string& out) {
  thread_local std::time_t second = 0;
  thread_local std::array<char, 40> line{};
  if (const std::time_t now = std::time(nullptr); now != second) {
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    std::strftime(line.data(), line.size(), "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &parts);
    second = now;
  }
  out.append(line.data());
}

bool has(const Response& response, std::string_view name) noexcept {
  return std::ranges::any_of(response.headers, [name](const Header& h) { return equal_ignoring_case(h.name, name); });
}

/// 101 must say what it upgrades to (RFC 9110 §15.2.2), 426 what it wants (§15.5.22; RFC 6455 §4.4).
void append_upgrade(std::string& out, const Response& response) {
  if (!has(response, "upgrade")) append_header(out, "Upgrade", "websocket");
  if (response.status == 101 && !has(response, "connection")) append_header(out, "Connection", "Upgrade");
  if (response.status == 426 && !has(response, "sec-websocket-version"))
    append_header(out, "Sec-WebSocket-Version", "13");
}

}  // namespace

std::string_view reason_phrase(int status) noexcept {
  switch (status) {
    case 100: return "Continue";
    case 101: return "Switching Protocols";
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 206: return "Partial Content";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 304: return "Not Modified";
    case 307: return "Temporary Redirect";
    case 308: return "Permanent Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 413: return "Content Too Large";
    case 415: return "Unsupported Media Type";
    case 422: return "Unprocessable Content";
    case 426: return "Upgrade Required";
    case 421: return "Misdirected Request";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 503: return "Service Unavailable";
    case 505: return "HTTP Version Not Supported";
    default: return "";
  }
}

void append_response_head(std::string& out, const Response& response, ResponseFrame frame) {
  const int status = response.status;
  out.append("HTTP/1.1 ");
  append_number(out, static_cast<std::size_t>(status));
  out.append(" ").append(reason_phrase(status)).append("\r\n");
  if (may_have_body(status)) {
    if (!response.content().empty()) append_header(out, "Content-Type", response.content_type);
    out.append("Content-Length: ");
    append_number(out, response.content().size());
    out.append("\r\n");
  }
  append_date(out);
  if (status != 101) {
    out.append("X-Content-Type-Options: nosniff\r\n");
    if (!has(response, "cache-control")) out.append("Cache-Control: no-store\r\n");
  }
  if (status == 101 || status == 426) append_upgrade(out, response);
  for (const auto& header : response.headers) append_header(out, header.name, header.value);
  if (frame.close) {
    out.append(status == 426 ? "Connection: Upgrade, close\r\n" : "Connection: close\r\n");
  } else if (status == 426) {
    out.append("Connection: Upgrade\r\n");
  } else if (frame.version < 11 && frame.keep_alive) {
    out.append("Connection: keep-alive\r\n");
  }
  out.append("\r\n");
}

}  // namespace godwit::net
