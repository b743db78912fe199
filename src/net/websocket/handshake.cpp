#include "net/websocket/handshake.hpp"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <array>

#include "net/http/text.hpp"

namespace godwit::net {
namespace {

std::size_t count(const Request& request, std::string_view name) noexcept {
  std::size_t found = 0;
  for (const auto& header : request.headers) found += header.name == name ? 1 : 0;
  return found;
}

/// Whether any header of that name lists `token` (RFC 9110 §5.6.1), letter case aside.
bool lists(const Request& request, std::string_view name, std::string_view token) {
  bool found = false;
  for (const auto& header : request.headers) {
    if (header.name != name) continue;
    for_each_list_item(header.value, [&](std::string_view item) { found = found || equal_ignoring_case(item, token); });
  }
  return found;
}

constexpr bool is_base64(char c) noexcept {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
}

/// base64 of 16 bytes: 22 characters of which the last carries 2 bits, then "==".
bool is_key(std::string_view key) noexcept {
  if (key.size() != 24 || !key.ends_with("==")) return false;
  for (const char c : key.substr(0, 22)) {
    if (!is_base64(c)) return false;
  }
  return std::string_view("AQgw").contains(key[21]);
}

}  // namespace

std::string websocket_accept(std::string_view key) {
  constexpr std::string_view kGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<unsigned char, 64> input;
  std::string longer;
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest;
  if (key.size() + kGuid.size() <= input.size()) {
    kGuid.copy(reinterpret_cast<char*>(input.data()) + key.copy(reinterpret_cast<char*>(input.data()), key.size()),
               kGuid.size());
    ::SHA1(input.data(), key.size() + kGuid.size(), digest.data());
  } else {
    longer.append(key).append(kGuid);
    ::SHA1(reinterpret_cast<const unsigned char*>(longer.data()), longer.size(), digest.data());
  }
  std::array<unsigned char, 32> encoded;  // 28 and a NUL
  const int size = ::EVP_EncodeBlock(encoded.data(), digest.data(), static_cast<int>(digest.size()));
  return {reinterpret_cast<const char*>(encoded.data()), static_cast<std::size_t>(size)};
}

bool wants_websocket(const Request& request) noexcept { return lists(request, "upgrade", "websocket"); }

Result<Handshake> websocket_handshake(const Request& request) {
  if (request.method != "GET" || !wants_websocket(request)) {
    return fail(Code::upgrade_required, "this path takes a WebSocket handshake");
  }
  if (request.version < 11) return fail(Code::malformed_request, "a WebSocket handshake needs HTTP/1.1");
  if (!lists(request, "connection", "upgrade"))
    return fail(Code::malformed_request, "Connection does not list Upgrade");
  if (count(request, "sec-websocket-version") != 1 || request.header("sec-websocket-version") != "13") {
    return fail(Code::upgrade_required, "only version 13 of the WebSocket protocol is spoken here");
  }
  const auto key = request.header("sec-websocket-key");
  if (count(request, "sec-websocket-key") != 1 || !is_key(key)) {
    return fail(Code::malformed_request, "Sec-WebSocket-Key is not one value of 16 bytes in base64");
  }
  if (request.has_body) return fail(Code::malformed_request, "a WebSocket handshake has no body");
  Handshake handshake{.accept = websocket_accept(key), .subprotocols = {}};
  for (const auto& header : request.headers) {
    if (header.name != "sec-websocket-protocol") continue;
    bool good = true;
    for_each_list_item(header.value, [&](std::string_view item) {
      good = good && is_token(item);
      handshake.subprotocols.emplace_back(item);
    });
    if (!good) return fail(Code::malformed_request, "Sec-WebSocket-Protocol lists something that is not a token");
  }
  return handshake;
}

}  // namespace godwit::net
