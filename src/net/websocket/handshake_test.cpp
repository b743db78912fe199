#include "net/websocket/handshake.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace godwit::net {
namespace {

Request good() {
  Request request;
  request.method = "GET";
  request.path = "/v1/socket";
  request.headers = {{"host", "a"},
                     {"upgrade", "websocket"},
                     {"connection", "keep-alive, Upgrade"},
                     {"sec-websocket-version", "13"},
                     {"sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="}};
  return request;
}

Request with(std::string_view name, std::string_view value) {
  Request request = good();
  std::ranges::find(request.headers, name, &Header::name)->value = value;
  return request;
}

Code failure(const Request& request) {
  const auto result = websocket_handshake(request);
  REQUIRE_FALSE(result.has_value());
  return result.error().code;
}

}  // namespace

TEST_CASE("the handshake of RFC 6455 §1.3") {
  const auto handshake = websocket_handshake(good());
  REQUIRE(handshake.has_value());
  CHECK(handshake->accept == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  CHECK(handshake->subprotocols.empty());
  CHECK(websocket_accept(std::string(100, 'x')).size() == 28);
}

TEST_CASE("subprotocols are listed as offered, over several headers") {
  Request request = good();
  request.headers.push_back({"sec-websocket-protocol", "godwit.v1,  bearer.abc"});
  request.headers.push_back({"sec-websocket-protocol", "third"});
  CHECK(websocket_handshake(request)->subprotocols == std::vector<std::string>{"godwit.v1", "bearer.abc", "third"});
  request.headers.push_back({"sec-websocket-protocol", "not a token"});
  CHECK(failure(request) == Code::malformed_request);
}

TEST_CASE("what is no upgrade is told to upgrade, what is a broken one is refused") {
  CHECK(failure(with("upgrade", "h2c")) == Code::upgrade_required);
  CHECK(failure(with("sec-websocket-version", "12")) == Code::upgrade_required);
  CHECK(failure(with("sec-websocket-version", "13, 8")) == Code::upgrade_required);
  Request post = good();
  post.method = "POST";
  CHECK(failure(post) == Code::upgrade_required);
  CHECK(failure(with("connection", "keep-alive")) == Code::malformed_request);
  Request old = good();
  old.version = 10;
  CHECK(failure(old) == Code::malformed_request);
  Request body = good();
  body.has_body = true;
  CHECK(failure(body) == Code::malformed_request);
  CHECK(websocket_handshake(with("upgrade", "h2c, WebSocket")).has_value());
  CHECK_FALSE(wants_websocket(with("upgrade", "websocket2")));
  CHECK(wants_websocket(good()));
}

TEST_CASE("a key is 16 bytes in base64, once") {
  for (const std::string_view bad :
       {"", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZQ=", "dGhlIHNhbXBsZSBub25jZQ===",
        "dGhlIHNhbXBsZSBub25jZR==", "dGhlIHNhbXBsZSBub25j*Q==", "dGhlIHNhbXBsZSBub25jZTEy", "AAAA"}) {
    CAPTURE(bad);
    CHECK(failure(with("sec-websocket-key", bad)) == Code::malformed_request);
  }
  Request twice = good();
  twice.headers.push_back(twice.headers.back());
  CHECK(failure(twice) == Code::malformed_request);
}

}  // namespace godwit::net
