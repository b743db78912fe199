#include <doctest/doctest.h>

#include "net/client/http_client.hpp"

namespace godwit::net {

TEST_CASE("URLs of clients") {
  const auto url = parse_url("http://127.0.0.1:8080/v1/x?y=z#gone");
  REQUIRE(url.has_value());
  CHECK(url->host == "127.0.0.1");
  CHECK(url->port == "8080");
  CHECK(url->path == "/v1/x?y=z");
  CHECK(parse_url("WS://chat.example.com")->port == "80");
  CHECK(parse_url("ws://a")->path == "/");
  CHECK(parse_url("ws://a?x")->path == "/?x");
  CHECK(parse_url("http://[::1]:81/")->host == "::1");
  CHECK(parse_url("http://[::1]:81/")->port == "81");
  CHECK(parse_url("http://[::1]")->port == "80");
  for (const std::string_view bad : {"", "a", "https://a", "http://", "http://a:", "http://a:b", "http://a:123456",
                                     "http://[::1", "http://[::1]x", "://a"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_url(bad).has_value());
  }
}

}  // namespace godwit::net
